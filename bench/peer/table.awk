# Makes a Markdown table from the results of bench/peer/run: one line for all rounds of a measurement,
# and Rollcall's rate as a multiple of each other system's rate.
BEGIN {
  FS = "\t"
  print "| tokens | scenario | what | nodes | /s | p50 ms | p99 ms | wrong |" \
    " × Parse | p99 of Parse's | × pgbench | of plain | server µs | PostgreSQL µs | load µs |"
  print "|--:|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
}
{
  key = $2 FS $4 FS $1 FS $3
  if (!(key in rounds)) keys[++count] = key
  i = ++rounds[key]
  rate[key, i] = $8
  p50[key, i] = $9
  p99[key, i] = $10
  if ($6 > wrong[key]) wrong[key] = $6
  cpu[key, $8 + 0] = sprintf("%.0f | %.0f | %.0f", $14, $15, $13)
}
END {
  for (k = 1; k <= count; k++) {
    split(keys[k], part, FS)
    if (part[3] != "rollcall") other[part[1], part[2], part[3]] = keys[k]
  }
  for (k = 1; k <= count; k++) {
    key = keys[k]
    split(key, part, FS)
    printf "| %s | %s | %s | %s | %s | %s | %s | %d |", part[1], part[2], part[3], part[4],
      spread(rate, key, "%.0f"), spread(p50, key, "%.1f"), spread(p99, key, "%.1f"), wrong[key]
    if (part[3] == "rollcall") {
      printf " %s | %s | %s | %s |", ratio(rate, "parse", "%.1f"), ratio(p99, "parse", "1/%.1f"),
        ratio(rate, "pgbench", "%.2f"), ratio(rate, "plain", "%.0f %%")
    } else {
      printf " | | | |"
    }
    printf " %s |\n", cpu[key, middle(rate, key)]
  }
}

# Sorts the rounds of one key; answers how many there are.
function sorted(of, key, i, j, held) {
  for (i = 1; i <= rounds[key]; i++) {
    held = of[key, i] + 0
    for (j = i - 1; j > 0 && order[j] > held; j--) order[j + 1] = order[j]
    order[j + 1] = held
  }
  return rounds[key]
}
function middle(of, key) { return order[int((sorted(of, key) + 1) / 2)] }
function spread(of, key, form, n) {
  n = sorted(of, key)
  return sprintf(form " / " form " / " form, order[1], order[int((n + 1) / 2)], order[n])
}
function ratio(of, name, form, theirs, ours) {
  if (!((part[1], part[2], name) in other)) return ""
  theirs = middle(of, other[part[1], part[2], name])
  ours = middle(of, key)
  if (theirs == 0 || ours == 0) return ""
  if (name == "plain") return sprintf(form, 100 * ours / theirs)
  return sprintf(form, of[key, 1] == p99[key, 1] && form ~ /^1/ ? theirs / ours : ours / theirs)
}
