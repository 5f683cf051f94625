## A first pipeline: π by throwing darts. Realize it, and look at what came out:
##
##     plxc realize pipeline.plx -o result
##     cat result/report.txt
##
## Say it again, and nothing is built. `plxc realize pipeline.plx -o result --rebuild=darts` throws more darts, and the report
## changes if they fell better. After a change of this file, `plxc why pipeline.plx` says what will be built, and why.

## How many darts one run throws: `--set throws=1000000`.
param throws: Int = 20000

## What stands in a stage is its identity: with other `throws` this is another derivation. Its runs end differently each
## time; `outputs` makes four realizations at once, all of them are kept, and `match` chooses the one with the smallest error.
darts = stage(
  name    = "darts",
  throws  = throws,
  pi      = promise / "pi.txt",
  error   = promise / "error.txt",
  outputs = 4,
  match   = match(keys = [worst("error.txt")], rmin = 1, rmax = 1),
  realize = sh('''
    for dir in $outs; do
      seed=$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')
      awk -v n="$throws" -v seed="$seed" -v dir="$dir" 'BEGIN {
        srand(seed)
        for (i = 0; i < n; i++) hits += rand() ^ 2 + rand() ^ 2 < 1
        pi = 4 * hits / n
        error = pi - atan2(0, -1)
        printf "%.6f\n", pi > (dir "/pi.txt")
        printf "%.6f\n", error < 0 ? -error : error > (dir "/error.txt")
      }'
    done
  '''),
)

## What depends on what follows from use: this stage is built with the files of the realization that was chosen.
default = stage(
  name    = "report",
  pi      = darts.pi,
  error   = darts.error,
  report  = promise / "report.txt",
  realize = sh('''
    echo "pi is about $(cat "$pi"), with an error of $(cat "$error")" > "$report"
  '''),
)

test "the number of throws is part of the identity" = darts.throws == throws
