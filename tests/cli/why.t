# Why something would be built: each reason that there can be.

--- p.plx
param lr: Float = 0.1
data = stage(name = "data", raw = ./raw.txt, file = promise / "data.csv", realize = sh('''sort "$raw" > "$file"'''))
train = stage(
  name = "train",
  data = data.file,
  opt = { lr, layers = [8, 8] },
  score = promise / "score",
  match = match_latest(),
  realize = sh('''
    od -An -N8 -tu8 /dev/urandom > "$score"
    echo trained
  '''),
)
report = stage(name = "report", score = train.score, realize = sh('''cat "$score" > "$out/report"'''))
---

$ printf '2\n1\n' > raw.txt; plxc why p.plx#report
| to build  raw_txt: it has no realization yet
| to build  data: raw_txt must be built first
| to build  train: data must be built first
| to build  report: train must be built first
! plxc: 4 of 4 stages would be built
$ plxc realize p.plx#report --log=quiet > /dev/null; plxc why p.plx#report
| realized  raw_txt
| realized  data
| realized  train
| realized  report
! plxc: nothing would be built

# An attribute, and what follows from it. What is said is what a dry run builds.

$ plxc why p.plx#report --set lr=0.2
| realized  raw_txt
| realized  data
| to build  train: `opt.lr` was 0.1 and is 0.2
| to build  report: its input `score` changed
! plxc: 2 of 4 stages would be built
$ plxc why p.plx#report --set lr=0.2 --json
| [
|     {
|         "dref": "dref:HASH1-raw_txt",
|         "name": "raw_txt",
|         "place": "p.plx:2",
|         "realized": true,
|         "rrefs": [
|             "rref:HASH2-HASH1-raw_txt"
|         ]
|     },
|     {
|         "dref": "dref:HASH3-data",
|         "name": "data",
|         "place": "p.plx:2",
|         "realized": true,
|         "rrefs": [
|             "rref:HASH4-HASH3-data"
|         ]
|     },
|     {
|         "differences": [
|             {
|                 "after": 0.2,
|                 "before": 0.1,
|                 "path": "opt.lr"
|             }
|         ],
|         "dref": "dref:HASH5-train",
|         "name": "train",
|         "nearest": "dref:HASH6-train",
|         "place": "p.plx:3",
|         "realized": false,
|         "reason": "changed"
|     },
|     {
|         "differences": [
|             {
|                 "after": [
|                     "dref:HASH5-train",
|                     "score"
|                 ],
|                 "before": [
|                     "dref:HASH6-train",
|                     "score"
|                 ],
|                 "path": "score"
|             }
|         ],
|         "dref": "dref:HASH7-report",
|         "name": "report",
|         "nearest": "dref:HASH8-report",
|         "place": "p.plx:14",
|         "realized": false,
|         "reason": "changed"
|     }
| ]
$ for args in '--set lr=0.2' ''; do plxc realize p.plx#report $args -n --log=quiet > dry; plxc why p.plx#report --json $args | python3 -c 'import json, sys; print("".join(r["dref"] + "\n" for r in json.load(sys.stdin) if not r["realized"]), end="")' | diff - dry; done

# A script, a source file, a text.

$ sed 's/echo trained/echo was trained/' p.plx > q.plx; plxc why q.plx#report
| realized  raw_txt
| realized  data
| to build  train: its script changed in line 2
| to build  report: its input `score` changed
! plxc: 2 of 4 stages would be built
$ sed "s/'''cat/'''head -n 1/" p.plx > q.plx; plxc why q.plx#report
| realized  raw_txt
| realized  data
| realized  train
| to build  report: its script changed
! plxc: 1 of 4 stages would be built
$ echo 3 >> raw.txt; plxc why p.plx#report; printf '2\n1\n' > raw.txt
| to build  raw_txt: its contents changed
| to build  data: its input `raw` changed
| to build  train: its input `data` changed
| to build  report: its input `score` changed
! plxc: 4 of 4 stages would be built

# Attributes that are new or gone; several at once; the nearest of several earlier ones.

$ sed 's/  opt = .*/  epochs = 5, note = "a text that is much longer than anyone would like to read here",/' p.plx > q.plx; plxc why q.plx#report
| realized  raw_txt
| realized  data
| to build  train: `epochs` is new: 5 (and 2 more)
| to build  report: its input `score` changed
! plxc: 2 of 4 stages would be built
$ plxc realize p.plx#train --set lr=0.5 --log=quiet > /dev/null; sed 's/8, 8/9, 9/' p.plx > q.plx; plxc why q.plx#train --set lr=0.5; plxc why q.plx#train
| realized  raw_txt
| realized  data
| to build  train: `opt.layers` was [8, 8] and is [9, 9]
| realized  raw_txt
| realized  data
| to build  train: `opt.layers` was [8, 8] and is [9, 9]
! plxc: 1 of 3 stages would be built
! plxc: 1 of 3 stages would be built

# Another realization of what it depends on; an input that has to be built first.

$ plxc realize p.plx#train --rebuild=train --log=quiet > /dev/null; plxc why p.plx#report
| realized  raw_txt
| realized  data
| realized  train
| to build  report: it was built with another realization of train
! plxc: 1 of 4 stages would be built
$ plxc realize p.plx#report --log=quiet > /dev/null; plxc store rm --force "$(plxc store ls "$(plxc instantiate p.plx#data)")" > /dev/null 2>&1; plxc why p.plx#report
| realized  raw_txt
| to build  data: it has no realization yet
| to build  train: data must be built first
| to build  report: train must be built first
! plxc: 3 of 4 stages would be built

# A matcher that wants more, or cannot use what there is, or has too much.

$ sed 's/match_latest()/match_n(3)/' p.plx > q.plx; plxc realize p.plx#train --log=quiet > /dev/null; plxc why q.plx#train
| realized  raw_txt
| realized  data
| to build  train: its matcher wants 3, and 1 of 1 realization can be used
! plxc: 1 of 3 stages would be built
$ sed 's/match_latest()/match([exact([])])/' p.plx > q.plx; plxc why q.plx#train --json | sed -n '/reason/,$p;/wanted/p'
|         "reason": "no-match",
|         "wanted": 1
|         "wanted": 1
|     }
| ]
$ plxc realize p.plx#train --rebuild=train --log=quiet > /dev/null; sed 's/match_latest()/match_only()/' p.plx > q.plx; plxc why q.plx#report
| realized  raw_txt
| realized  data
| to build  train: its matcher failed
| to build  report: train must be built first
! plxc: 2 of 4 stages would be built
! error[E0807]: `train` has 2 realizations, but its matcher accepts only 1
!  --> q.plx:3:9
!   |
! 3 | train = stage(
!   |         ^^^^^ this stage
!   |
!   = note: rref:HASH9-HASH6-train
!   = note: rref:HASH10-HASH6-train
!   = help: choose one with a matcher like match_latest(), match_best(…) or match([exact([…])]), or remove those that are not wanted with `plxc store rm`
? 1

# Two of one name.

--- two.plx
run(i) = stage(name = "run", i = i, realize = sh('''echo "$i" > "$out/i"'''))
a = run(1)
b = run(2)
---
$ plxc why two.plx; plxc realize two.plx#a --log=quiet | sed 's/^rref:[^-]*-/dref:/' > a.dref; plxc why two.plx
| to build  run (dref:HASH11-run): it has no realization yet
| to build  run (dref:HASH12-run): it has no realization yet
| realized  run (dref:HASH11-run)
| to build  run (dref:HASH12-run): it has no realization yet
! plxc: 2 of 2 stages would be built
! plxc: 1 of 2 stages would be built
$ plxc why "$(cat a.dref)"
| realized  run
! plxc: nothing would be built

# A key of one's own is asked.

--- key.plx
s = stage(name = "s", f = promise / "f", outputs = 2, match = match(keys = [key(fn (r) => int(trim(read_text(r / "f"))))], rmin = 2, rmax = 2), realize = sh('''echo 1 > "$out1/f"; echo 2 > "$out2/f"'''))
---
$ plxc realize key.plx#s --log=quiet | wc -l; plxc why key.plx#s
| 2
| realized  s
! plxc: nothing would be built

# Mistakes.

$ plxc why
! error[E1005]: `plxc why` needs TARGET…
!   = note: usage: plxc why [OPTION…] TARGET…
!   = help: `plxc why --help` lists its options
? 2
$ plxc why p.plx#reprot
! error[E1007]: `p.plx` does not define `reprot`
!   = note: `p.plx` defines: data, train, report
!   = help: did you mean `p.plx#report`?
? 2
$ plxc why p.plx#report --rebuild=train
! error[E1002]: `plxc why` has no option `--rebuild`
!   = note: usage: plxc why [OPTION…] TARGET…
!   = help: `plxc why --help` lists its options
? 2
