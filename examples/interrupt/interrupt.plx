## The water at a gauge over a day. Some readings are bad, and no program knows how to mend them: so the realization is
## paused, the repair is made by hand, and the rest goes on with it.
##
##     plxc realize interrupt.plx -o result                      # the bad readings are left out
##     plxc realize interrupt.plx -o result --interrupt readings # stops before readings are cleaned
##     plxc shell readings                                       # a shell in the place of the realizer:
##         sh ../run                                             #   what it would have done, to begin with
##         vi "$clean"                                           #   and what only you can do
##         exit
##     plxc continue                                             # promises are checked, the rest is realized
##
## What was made by hand is a realization like any other; `plxc log` and `plxc show` tell that it was.

## The highest reading that can be true, in metres.
param highest: Float = 6.0

readings = stage(
  name    = "readings",
  raw     = ./tide.csv,
  highest = highest,
  clean   = promise / "clean.csv",
  dropped = promise / "dropped.csv",
  match   = match_latest(),
  realize = sh('''awk -F, -v highest="$highest" -v clean="$clean" -v dropped="$dropped" -f ~{./clean.awk} "$raw"'''),
)

report = stage(
  name    = "report",
  clean   = readings.clean,
  dropped = readings.dropped,
  text    = promise / "report.txt",
  realize = sh('''awk -F, -v dropped="$dropped" -f ~{./report.awk} "$clean" > "$text"'''),
)

default = report
