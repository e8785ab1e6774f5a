# Makes a Markdown table from the results of bench/run, with the share of each limit.
BEGIN {
  FS = "\t"
  print "| start | connections | scenario | what | /s | p50 ms | p99 | p99.9 | max | wrong |" \
    " of upsert | of whole | of plain | times single | peak RSS MiB | WAL MiB, max | at end |" \
    " server µs | load µs | other CPU |"
  print "|---|--:|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
}
{
  line[NR] = $0
  rate[$1, $2, $3, $4] = $8
}
END {
  for (i = 1; i <= NR; i++) {
    $0 = line[i]
    server = $4 == "server"
    printf "| %s | %s | %s | %s | %.0f | %s | %s | %s | %s | %s |", $1, $2, $3, $4, $8, $9, $10,
      $11, $12, $6
    printf " %s | %s | %s | %s |", share("upsert"), share("whole"), share("plain"), times("single")
    process = $4 !~ /^(upsert|whole)$/
    printf " %s | %.0f | %.0f |", process ? sprintf("%.0f", $15) : "", $16, $17
    printf " %s | %.0f | %.2f |\n", process ? sprintf("%.0f", $19) : "", $13, $20
  }
}
function limit(name) { return server ? rate[$1, $2, $3, name] : 0 }
function share(name) { return limit(name) ? sprintf("%.0f %%", 100 * $8 / limit(name)) : "" }
function times(name) { return limit(name) ? sprintf("%.1f", $8 / limit(name)) : "" }
