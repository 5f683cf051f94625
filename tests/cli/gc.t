# Garbage collection (store_gc): what goes, what stays, and that a running build loses nothing.

--- p.plx
raw = stage(name = "raw", realize = sh('''echo raw > "$out/raw"'''))
train = stage(
  name = "train",
  raw = raw / "raw",
  accuracy = promise / "accuracy.txt",
  outputs = 4,
  match = match_best("accuracy.txt"),
  realize = sh('''
    n=0
    for dir in $outs; do
      n=$((n + 1))
      echo "0.$n" > "$dir/accuracy.txt"
    done
  '''),
)
report = stage(name = "report", accuracy = train.accuracy, realize = sh('''cat "$accuracy" > "$out/report"'''))
other = stage(name = "other", realize = sh('''echo other > "$out/other"'''))
---

$ plxc store gc
! plxc: freed nothing; nothing stays

# A root keeps the realizations it was built with: one of the four trainings.

$ plxc realize p.plx#report --log=quiet -o result > report.rref; plxc realize p.plx#other --log=quiet > other.rref
$ plxc store ls | wc -l; plxc store find | wc -l
| 4
| 7

# What a dry run shows is what then goes: the same things, the same bytes, and the disk has as much more.

$ plxc store gc --dry-run
| rref:HASH1-HASH2-train
| rref:HASH3-HASH2-train
| rref:HASH4-HASH2-train
| rref:HASH5-HASH6-other
| dref:HASH6-other
! plxc: would free SIZE: 1 derivation and 4 realizations; 3 derivations and 3 realizations would stay
$ plxc store gc --dry-run --json > would.json; plxc store du --json > before.json; plxc store gc --json > did.json; plxc store du --json > after.json
$ python3 - <<'END'
> import json
> would, did, before, after = (json.load(open(name + ".json")) for name in ("would", "did", "before", "after"))
> assert would.pop("dry_run") and not did.pop("dry_run")
> assert would == did, (would, did)
> assert before["bytes"] - after["bytes"] == did["bytes"] == sum(item["bytes"] for item in did["removed"])
> print(did["kept"], did["leftovers"], sorted({key for item in did["removed"] for key in item}))
> END
| {'derivations': 3, 'realizations': 3} 0 ['bytes', 'ref', 'time']
$ plxc store find --name train | wc -l; plxc store cat "$(plxc store find --name train)/accuracy.txt"; cat result/report
| 1
| 0.4
| 0.4
$ plxc store verify
| 3 derivations, 3 realizations, SIZE: 0 faults
$ plxc store gc --long
! plxc: freed nothing; 3 derivations and 3 realizations stay

# What is kept is used again.

$ plxc realize p.plx#report 2> /dev/null | diff - report.rref

# --keep-latest and --keep-best: of each derivation.

$ rm result; plxc realize p.plx#train --rebuild=train --log=quiet > /dev/null; plxc store find --name train | wc -l
| 4
$ plxc store gc --keep-best accuracy.txt --dry-run | sed 's/.*-//' | sort | uniq -c
|       2 report
|       3 train
! plxc: would free SIZE: 1 derivation and 4 realizations; 2 derivations and 2 realizations would stay
$ plxc store gc --keep-worst accuracy.txt --keep-best accuracy.txt --dry-run | grep -v report > goes; for rref in $(plxc store find --name train); do grep -q "$rref" goes || plxc store cat "$rref/accuracy.txt"; done | sort
| 0.1
| 0.4
! plxc: would free SIZE: 1 derivation and 3 realizations; 2 derivations and 3 realizations would stay
$ plxc store gc --keep-latest 2 | sed 's/.*-//' | sort | uniq -c
|       1 train
! plxc: freed SIZE: 1 realization; 3 derivations and 5 realizations stay
$ plxc store gc --keep-best accuracy.txt > /dev/null; for rref in $(plxc store find --name train); do plxc store cat "$rref/accuracy.txt"; done
| 0.4
! plxc: freed SIZE: 1 derivation and 3 realizations; 2 derivations and 2 realizations stay

# Of a repeated option every value counts.

--- two.plx
two = stage(
  name = "two",
  outputs = 3,
  match = match_some(),
  realize = sh('''
    n=0
    for dir in $outs; do
      n=$((n + 1))
      mkdir "$dir/m"
      echo "$n" > "$dir/m/acc"
      echo "$((n % 3))" > "$dir/loss"
    done
  '''),
)
---

$ plxc realize two.plx --log=quiet > /dev/null; stay() { plxc store gc -n "$@" 2> /dev/null > goes; for r in $(plxc store find --name two); do grep -q "$r" goes || plxc store cat "$r/m/acc"; done | sort | paste -sd ' '; }
> stay --keep-best m/acc; stay --keep-best m/acc --keep-best loss; stay --keep-best=loss --keep-best=m/acc; stay --keep-worst m/acc --keep-worst loss
> stay --keep-latest 2 | wc -w; stay --keep-latest 2 --keep-latest 1 | wc -w; stay --keep-latest 1 --keep-latest 2 | wc -w
| 3
| 2 3
| 2 3
| 1 3
| 2
| 2
| 2
$ plxc store gc --keep-latest 0 --keep-latest 1
! error[E1004]: `--keep-latest` cannot be `0`
!   = note: it is a whole number from 1 to 2147483647
!   = help: `--keep-latest=N`: keep of each derivation its N latest realizations
? 2
$ plxc store rm --force "$(plxc instantiate two.plx)" > /dev/null
! plxc: freed SIZE: 1 derivation and 3 realizations; 2 derivations and 2 realizations stay

# A file that no realization has would keep nothing: that is a mistake, before anything is removed.

$ plxc store gc --keep-best acuracy.txt
! error[E0701]: no realization in the store has a number in an artifact `acuracy.txt`
!   = note: nothing would be kept by it, so nothing was removed
!   = help: give its path in the realization; `plxc store ls REF` shows what is there
? 2
$ plxc store gc --dry-run --keep-best accuracy.txt --keep-worst los
! error[E0701]: no realization in the store has a number in an artifact `los`
!   = note: nothing would be kept by it, so nothing was removed
!   = help: give its path in the realization; `plxc store ls REF` shows what is there
? 2
$ plxc store gc --keep-best raw
! error[E0701]: no realization in the store has a number in an artifact `raw`
!   = note: nothing would be kept by it, so nothing was removed
!   = help: give its path in the realization; `plxc store ls REF` shows what is there
? 2
$ plxc store ls | wc -l; plxc store find | wc -l
| 2
| 2

# --older-than: what is newer stays, with all that it needs.

$ plxc store gc --older-than 1h
! plxc: freed nothing; 2 derivations and 2 realizations stay
$ plxc store gc --older-than @0
! plxc: freed nothing; 2 derivations and 2 realizations stay
$ plxc store gc --older-than 2999-01-01 -l --dry-run | sed 's/[0-9.]* KiB/SIZE/'
| BUILDTIME   SIZE  rref:HASH7-HASH2-train
| BUILDTIME    SIZE  dref:HASH2-train
| BUILDTIME   SIZE  rref:HASH8-HASH9-raw
| BUILDTIME    SIZE  dref:HASH9-raw
! plxc: would free SIZE: 2 derivations and 2 realizations; nothing would stay
$ plxc store gc --older-than 0s | sed 's/.*-//'
| train
| train
| raw
| raw
! plxc: freed SIZE: 2 derivations and 2 realizations; nothing stays

# --max-size: the oldest first, and no more than is needed; what needs it goes before it.

$ plxc realize p.plx#other --log=quiet > /dev/null; plxc realize p.plx#report --log=quiet > /dev/null
$ plxc store gc --max-size 1G
! plxc: freed nothing; 4 derivations and 7 realizations stay
$ plxc store gc --max-size "$(($(plxc store du --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["bytes"])') - 1))" --dry-run | sed 's/.*-//'
| other
! plxc: would free SIZE: 1 realization; 4 derivations and 6 realizations would stay
$ plxc store gc --max-size 1 | sed 's/.*-//' | uniq
| other
| train
| report
| train
| raw
! plxc: freed SIZE: 4 derivations and 7 realizations; nothing stays
$ plxc realize p.plx#other --log=quiet -o result > /dev/null; plxc store gc --max-size 1
! plxc: freed nothing; 1 derivation and 1 realization stay
! plxc: the store takes SIZE then, which is more than 1 B: the rest of it is kept

# A running build loses nothing: neither what it was given nor what it is about to use.

--- slow.plx
slow = stage(
  name = "slow",
  raw = import("./p.plx").raw / "raw",
  passenv = ["CASE"],
  realize = sh('''
    echo > "$CASE/started"
    read line < "$CASE/go"
    cat "$raw" > "$out/copy"
  '''),
)
after = stage(name = "after", slow = slow / "copy", raw = import("./p.plx").raw / "raw", realize = sh('''cat "$slow" "$raw" > "$out/both"'''))
---

$ rm result; plxc realize p.plx#raw p.plx#other --log=quiet > /dev/null; mkfifo "$CASE/started" "$CASE/go"
$ plxc realize slow.plx#after --print=path --log=quiet > path &
> read line < "$CASE/started"
> plxc store gc | sed 's/.*-//'
> plxc store root ls --all | sed 's/ -> .*-/ -> /' | sort
> raw=$(plxc instantiate p.plx#raw)
> plxc store rm --force "$raw"
> echo $?
> echo > "$CASE/go"
> wait $!
> cat "$(cat path)/both"
| other
| other
| $CASE/work/result -> nothing
| process PID -> after
| process PID -> raw
| process PID -> slow
| 4
| raw
| raw
! plxc: freed SIZE: 1 derivation and 1 realization; 3 derivations and 1 realization stay
! error[E0727]: dref:HASH9-raw is in use by a running process
!   = note: it is process PID
$ plxc store verify
| note: $CASE/root/roots/HASH10: the link $CASE/work/result does not lead into the store any more
| 3 derivations, 3 realizations, SIZE: 0 faults

# When it has ended, all of it can go.

$ plxc store gc --dry-run 2>&1 > /dev/null; plxc store root ls --all
| plxc: would free SIZE: 3 derivations and 3 realizations; nothing would stay
| $CASE/work/result -> nothing

# What a dead process left goes as well.

$ mkdir "$CASE/root/tmp/1-00000000.0.job"; touch "$CASE/root/roots/temp/1-00000000"; plxc store gc -n > /dev/null; plxc store gc > /dev/null; ls "$CASE/root/tmp" "$CASE/root/roots/temp"
| $CASE/root/roots/temp:
|
| $CASE/root/tmp:
! plxc: would free SIZE: 3 derivations and 3 realizations; nothing would stay; would remove 2 leftovers of processes that are gone
! plxc: freed SIZE: 3 derivations and 3 realizations; nothing stays; removed 2 leftovers of processes that are gone

# So does what is left of a pause that never was whole, or that was dropped; one that is held is left alone.

$ mkdir "$CASE/root/sessions/.gone-abcdef" "$CASE/root/sessions/.new-ghijkl" "$CASE/root/sessions/.new-mnopqr" "$CASE/root/tmp/paused-abcdef" "$CASE/root/tmp/paused-mnopqr"; touch "$CASE/root/sessions/.lock" "$CASE/root/sessions/.new-mnopqr/lock"
$ flock "$CASE/root/sessions/.new-mnopqr/lock" plxc store verify
| note: $CASE/root/roots/HASH10: the link $CASE/work/result does not lead into the store any more
| note: $CASE/root/sessions/.gone-abcdef: a process that is gone left it
| note: $CASE/root/sessions/.new-ghijkl: a process that is gone left it
| 0 derivations, 0 realizations, SIZE: 0 faults
$ flock "$CASE/root/sessions/.new-mnopqr/lock" plxc store gc > /dev/null; ls -A "$CASE/root/sessions" "$CASE/root/tmp"
| $CASE/root/sessions:
| .lock
| .new-mnopqr
|
| $CASE/root/tmp:
| paused-mnopqr
! plxc: freed nothing; nothing stays; removed 2 leftovers of processes that are gone
$ flock "$CASE/root/sessions/.lock" plxc store verify
| note: $CASE/root/roots/HASH10: the link $CASE/work/result does not lead into the store any more
| 0 derivations, 0 realizations, SIZE: 0 faults
$ plxc store verify --repair; ls -A "$CASE/root/sessions" "$CASE/root/tmp"
| note: $CASE/root/roots/HASH10: the link $CASE/work/result does not lead into the store any more; removed
| note: $CASE/root/sessions/.new-mnopqr: a process that is gone left it; removed
| 0 derivations, 0 realizations, SIZE: 0 faults
| $CASE/root/sessions:
| .lock
|
| $CASE/root/tmp:

# What a paused session keeps stays, also when one of its two files is damaged; when both are, nothing goes.

--- pause.plx
raw = stage(name = "raw-data", realize = sh('''echo 1 > "$out/raw"'''))
fit = stage(name = "fit", raw = raw / "raw", realize = sh('''cp "$raw" "$out/fit"'''))
---

$ plxc realize pause.plx#fit --interrupt fit --log=quiet 2> /dev/null; cp -r "$CASE/root/sessions/fit" whole
| fit
$ : > "$CASE/root/sessions/fit/roots"; plxc store gc
| dref:HASH11-fit
! plxc: freed SIZE: 1 derivation; 1 derivation and 1 realization stay
$ plxc store verify
| fault: $CASE/root/sessions/fit/roots: it lacks what session.json pins
| 1 derivation, 1 realization, SIZE: 1 fault
? 4
$ rm "$CASE/root/sessions/fit/roots"; plxc store gc
! plxc: freed nothing; 1 derivation and 1 realization stay
$ flock "$CASE/root/sessions/fit/lock" plxc store verify --repair
| fault: $CASE/root/sessions/fit/roots: it cannot be read: No such file or directory; not written: somebody works on the session
| 1 derivation, 1 realization, SIZE: 1 fault
? 4
$ plxc store verify --repair; diff -r "$CASE/root/sessions/fit" whole
| fault: $CASE/root/sessions/fit/roots: it cannot be read: No such file or directory; written anew
| 1 derivation, 1 realization, SIZE: 1 fault
$ rm "$CASE/root/sessions/fit/roots"; mkdir "$CASE/root/sessions/fit/roots"; plxc store verify --repair; rmdir "$CASE/root/sessions/fit/roots"; cp whole/roots "$CASE/root/sessions/fit"
| fault: $CASE/root/sessions/fit/roots: it cannot be read: Is a directory; not written: Is a directory
| 1 derivation, 1 realization, SIZE: 1 fault
$ echo '{"version": 1}' > "$CASE/root/sessions/fit/session.json"; plxc store gc; plxc store verify --repair
| fault: $CASE/root/sessions/fit/session.json: the paused session cannot be read: it is no session
| 1 derivation, 1 realization, SIZE: 1 fault
! plxc: freed nothing; 1 derivation and 1 realization stay
? 4
$ echo '{' > "$CASE/root/sessions/fit/session.json"; : > "$CASE/root/sessions/fit/roots"; plxc store gc
! error[E0724]: the files of the paused session `fit` are damaged
!   = note: it is not known what it keeps, so nothing is removed
!   = help: `plxc store verify` says what is wrong; `plxc cancel fit` drops the session
? 4
$ plxc store gc --dry-run
! error[E0724]: the files of the paused session `fit` are damaged
!   = note: it is not known what it keeps, so nothing is removed
!   = help: `plxc store verify` says what is wrong; `plxc cancel fit` drops the session
? 4
$ plxc store root ls
| session fit -> unknown
$ raw=$(plxc store find --name raw-data); plxc store rm "$raw"
! error[E0724]: the files of the paused session `fit` are damaged
!   = note: it is not known what it keeps, so nothing is removed
!   = help: `plxc store verify` says what is wrong; `plxc cancel fit` drops the session
? 4
$ rm "$CASE/root/sessions/fit/session.json" "$CASE/root/sessions/fit/roots"; plxc store verify; plxc store gc 2> /dev/null
| fault: $CASE/root/sessions/fit/session.json: the paused session cannot be read: No such file or directory
| 1 derivation, 1 realization, SIZE: 1 fault
? 4
$ cp whole/session.json "$CASE/root/sessions/fit"; plxc store verify --repair; plxc continue fit --default --log=quiet | sed 's/.*-//'; plxc store gc | sed 's/.*-//'
| fault: $CASE/root/sessions/fit/roots: it cannot be read: No such file or directory; written anew
| 1 derivation, 1 realization, SIZE: 1 fault
| fit
| fit
| data
| fit
| data
! plxc: freed SIZE: 2 derivations and 2 realizations; nothing stays

# Mistakes.

$ for size in 0 350 20k 20K 3MiB 2GB 1.5G 0.5T "10 M" 1P; do plxc store gc --max-size "$size" 2> /dev/null || echo "$size"; done
$ for size in '' -1 1.2.3 0x10 inf nan 5X 5KX 5Ki 99999P; do plxc store gc --max-size "$size" 2> /dev/null && echo "$size"; done
? 2
$ plxc store gc --max-size 5X
! error[E1004]: `--max-size` cannot be `5X`
!   = note: a size is a number of bytes, or one with a unit: `500M`, `1.5G`, `2TiB`
? 2
$ plxc store gc --max-size=
! error[E1004]: `--max-size` cannot be ``
!   = note: a size is a number of bytes, or one with a unit: `500M`, `1.5G`, `2TiB`
? 2
$ plxc store gc --max-size -1
! error[E1004]: `--max-size` cannot be `-1`
!   = note: a size is a number of bytes, or one with a unit: `500M`, `1.5G`, `2TiB`
? 2
$ plxc store gc --keep-latest 0
! error[E1004]: `--keep-latest` cannot be `0`
!   = note: it is a whole number from 1 to 2147483647
!   = help: `--keep-latest=N`: keep of each derivation its N latest realizations
? 2
$ plxc store gc --keep-best=
! error[E1004]: `--keep-best` cannot be ``
!   = note: it is the path of a file in a realization, without `.` and `..`
? 2
$ plxc store gc --keep-best /accuracy.txt
! error[E1004]: `--keep-best` cannot be `/accuracy.txt`
!   = note: it is the path of a file in a realization, without `.` and `..`
? 2
$ plxc store gc --keep-best accuracy.txt --keep-worst ../accuracy.txt
! error[E1004]: `--keep-worst` cannot be `../accuracy.txt`
!   = note: it is the path of a file in a realization, without `.` and `..`
? 2
$ plxc store gc --keep-best ./accuracy.txt --keep-best accuracy.txt
! error[E1004]: `--keep-best` cannot be `./accuracy.txt`
!   = note: it is the path of a file in a realization, without `.` and `..`
? 2
$ plxc store gc --older-than tomorrow
! error[E1004]: `--older-than` cannot be `tomorrow`
!   = note: a time is a duration before now (`90s`, `15m`, `2h`, `30d`, `1w`), a date (`2024-01-31`, `2024-01-31 23:59`), or `@` and seconds since the epoch
? 2
$ plxc store gc everything
! error[E1005]: `plxc store gc` takes no argument `everything`
!   = note: usage: plxc store gc [OPTION…]
!   = help: `plxc store gc --help` lists its options
? 2
$ plxc store gc --help
| Usage: plxc store gc [OPTION…]
|
| Remove what nothing needs.
|
| Keeps what roots lead to, with all that it needs, and removes the rest; prints
| what that is, one ref a line. Roots are the links that `realize -o` made, as
| long as they exist, what `store root add` named, and what running processes and
| paused sessions use. Running builds lose nothing. Something that is kept keeps
| what it was built with, however old that is. An option that keeps something can
| be given several times, and each counts.
|
| A TIME is a duration before now (`90s`, `15m`, `2h`, `30d`, `1w`), a date
| (`2024-01-31`, `2024-01-31 23:59`), or `@` and seconds since the epoch. A SIZE
| is a number of bytes, or one with a unit: `500M`, `1.5G`.
|
|   plxc store gc --dry-run --long
|   plxc store gc --older-than 30d --keep-best accuracy.txt --keep-latest 2
|   plxc store gc --max-size 50G
|
| Options:
|   -n, --dry-run           say what would be removed, and remove nothing
|       --older-than=TIME   remove only what was begun before TIME
|       --max-size=SIZE     remove only as much, the oldest first, until the store
|                           takes no more than SIZE
|       --keep-best=FILE    keep of each derivation the realization with the
|                           highest number in its artifact FILE
|       --keep-worst=FILE   the same with the lowest number, where a matcher has
|                           the key worst(FILE)
|       --keep-latest=N     keep of each derivation its N latest realizations
|   -l, --long              with times and sizes on the disk
|       --json              print JSON
|
| Options of every command:
|   -s, --store=DIR         use the store in DIR instead of the default one
|       --color=auto|always|never
|                           colours in messages; auto: on a terminal, unless
|                           NO_COLOR is set
|       --error-format=human|json
|                           how errors and warnings are printed; json: one object
|                           a line
|   -h, --help              show this help
|       --version           show the version
