# Makes the tables of bench/delivery/run. A line of input has the name of a part, the pushes, the
# seconds, the pushes per second, the CPU microseconds per push of the sender, of the fake FCM server
# and of the database, and the sender's peak in MiB. Other lines have a name, a size and figures.
BEGIN { FS = "\t" }

function middle(name, field,    i, j, n, all, value) {
  n = split(lines[name], all, "\n") - 1
  for (i = 1; i <= n; i++) {
    split(all[i], value, "\t")
    sorted[i] = value[field] + 0
    for (j = i; j > 1 && sorted[j - 1] > sorted[j]; j--) {
      value[0] = sorted[j]; sorted[j] = sorted[j - 1]; sorted[j - 1] = value[0]
    }
  }
  least = sorted[1]; most = sorted[n]
  return sorted[int((n + 1) / 2)]
}

function row(name, what,    rate) {
  if (!(name in lines)) return
  rate = middle(name, 4)
  printf "| %s | %d / %d / %d | %d | %d | %d | %d |\n", what, least, rate, most,
    middle(name, 5), middle(name, 6), middle(name, 7), middle(name, 8)
}

function share(limit, what) {
  if (limit in lines && "whole" in lines)
    printf "The whole is %.0f %% of %s.\n", 100 * middle("whole", 4) / middle(limit, 4), what
}

/^(client|queue|whole)\t/ { lines[$1] = lines[$1] $0 "\n"; next }
/^accept/ { accepts = accepts sprintf("| %s | %d | %.1f | %.1f |\n", $1, $2, $3, $4); next }
{ memory = memory sprintf("| %s | %d | %d | %d |\n", $1, $2, $3, $4) }

END {
  if (length(lines)) {
    print "| | pushes/s: least / median / most | CPU µs a push | the double's | PostgreSQL's | peak MiB |"
    print "|---|--:|--:|--:|--:|--:|"
    row("client", "limit A, the bare client")
    row("queue", "limit B, the bare queue")
    row("whole", "**the whole**")
    print ""
    share("client", "the bare client")
    share("queue", "the bare queue")
    print ""
  }
  if (accepts) {
    print "| | users in the app | p50 ms | p99 ms |"
    print "|---|--:|--:|--:|"
    print accepts
  }
  if (memory) {
    print "| | recipients | per second | peak MiB |"
    print "|---|--:|--:|--:|"
    print memory
  }
}
