# What a store holds: du, find, deps, rdeps, context. The names in comments are those of the functions of Pylightnix that they stand for.

--- p.plx
data = stage(name = "data", realize = sh('''head -c 100000 /dev/zero > "$out/data"'''))
train(i) = stage(name = "train", i = i, data = data / "data", model = promise / "model", realize = sh('''echo "$i" > "$model"'''))
a = train(1)
b = train(2)
report = stage(name = "report", models = [a.model, b.model], realize = sh('''cat $models > "$out/report"'''))
---

$ plxc realize p.plx --log=quiet | sort > rrefs; plxc realize p.plx#report --log=quiet --print=dref > report.dref
$ for name in data report; do grep -e "-$name$" rrefs > $name.rref; done; plxc instantiate p.plx#data > data.dref
$ plxc instantiate p.plx#a > a.dref; plxc realize p.plx#a --log=quiet > a.rref; plxc realize p.plx#b --log=quiet > b.rref

# find: without options all realizations; by name; by time.

$ plxc store find | diff - rrefs
$ plxc store find --name data | diff - data.rref
$ plxc store find --name 't*n' | wc -l
| 2
$ plxc store find --name '[dr]*t*' --newer 1h | sed 's/.*-//' | sort
| data
| report
$ plxc store find --name trai
$ plxc store find --newer '2999-01-01'
$ plxc store find --newer '2024-01-31 23:59' --json | python3 -c 'import json, sys; print(*json.load(sys.stdin), sep="\n")' | diff - rrefs
$ plxc store find --newer @0 --name report -l
| BUILDTIME        4 B  rref:HASH1-HASH2-report
$ plxc store find --name report --long --json
| [
|     {
|         "buildtime": "BUILDTIME",
|         "bytes": 4,
|         "ref": "rref:HASH1-HASH2-report"
|     }
| ]

# The same moment in each of its forms.

$ touch -d '2024-01-31 23:59:00Z' mark; for time in "@$(stat -c %Y mark)" '2024-01-31 23:59' 2024-01-31T23:59:00Z; do plxc store find --newer "$time" | wc -l; done
| 4
| 4
| 4

$ plxc store find --newer yesterday
! error[E1004]: `--newer` cannot be `yesterday`
!   = note: a time is a duration before now (`90s`, `15m`, `2h`, `30d`, `1w`), a date (`2024-01-31`, `2024-01-31 23:59`), or `@` and seconds since the epoch
? 2
$ plxc store find --newer 2024-02-31
! error[E1004]: `--newer` cannot be `2024-02-31`
!   = note: a time is a duration before now (`90s`, `15m`, `2h`, `30d`, `1w`), a date (`2024-01-31`, `2024-01-31 23:59`), or `@` and seconds since the epoch
? 2
$ plxc store find --newer 5
! error[E1004]: `--newer` cannot be `5`
!   = note: a time is a duration before now (`90s`, `15m`, `2h`, `30d`, `1w`), a date (`2024-01-31`, `2024-01-31 23:59`), or `@` and seconds since the epoch
? 2
$ plxc store find --newer 3x
! error[E1004]: `--newer` cannot be `3x`
!   = note: a time is a duration before now (`90s`, `15m`, `2h`, `30d`, `1w`), a date (`2024-01-31`, `2024-01-31 23:59`), or `@` and seconds since the epoch
? 2
$ plxc store find --name=
! error[E1004]: `--name` cannot be ``
!   = note: it is empty
!   = help: a name, or a pattern as shells have them: `train*`, `[ab]?`
? 2
$ plxc store find --name '['
! error[E1004]: `--name` cannot be `[`
!   = note: a `[` is not closed, or nothing follows a `\`
!   = help: a name, or a pattern as shells have them: `train*`, `[ab]?`
? 2
$ plxc store find --name 'tr[a-'
! error[E1004]: `--name` cannot be `tr[a-`
!   = note: a `[` is not closed, or nothing follows a `\`
!   = help: a name, or a pattern as shells have them: `train*`, `[ab]?`
? 2
$ plxc store find --name 'train\'
! error[E1004]: `--name` cannot be `train\`
!   = note: a `[` is not closed, or nothing follows a `\`
!   = help: a name, or a pattern as shells have them: `train*`, `[ab]?`
? 2
$ plxc store find --name '[]t]rain' | wc -l; plxc store find --name 'trai\n' | wc -l
| 2
| 2
$ plxc store find train
! error[E1005]: `plxc store find` takes no argument `train`
!   = note: usage: plxc store find [OPTION…]
!   = help: `plxc store find --help` lists its options
? 2

# du: bytes of the disk, exactly; the largest first.

$ plxc store du --json > du.json; python3 - <<'END'
> import json, os
> store = os.environ["CASE"] + "/root/store-v1"
> def bytes_of(path):
>     return sum(os.lstat(os.path.join(folder, name)).st_blocks for folder, _, names in os.walk(path) for name in ["."] + names) * 512
> du = json.load(open("du.json"))
> assert du["bytes"] == sum(row["bytes"] for row in du["refs"])
> assert du["refs"] == sorted(du["refs"], key=lambda row: (-row["bytes"], row["ref"]))
> for row in du["refs"]:
>     assert row["bytes"] == bytes_of(store + "/" + row["ref"][5:]), row
> print(len(du["refs"]))
> END
| 4
$ plxc store du | sed 's/^ *[0-9.]* [KM]*i*B /SIZE/' | sed 's/-.*-/-/;s/dref:.*-/dref:/'
| SIZE dref:data
| SIZE dref:train
| SIZE dref:report
| SIZE dref:train
| SIZE total
$ plxc store du --all | grep -c rref:
| 4
$ plxc store du --json --all "$(cat data.dref)" | python3 -c 'import json, sys; du = json.load(sys.stdin); print([r["ref"][:4] for r in du["refs"]], du["bytes"] == du["refs"][0]["bytes"] > du["refs"][1]["bytes"])'
| ['dref', 'rref'] True
$ plxc store du --json "$(cat data.rref)" "$(cat report.rref)" | python3 -c 'import json, sys; du = json.load(sys.stdin); print([r["ref"][:4] for r in du["refs"]], du["bytes"] == sum(r["bytes"] for r in du["refs"]))'
| ['rref', 'rref'] True
$ plxc store du dref:ffff
! error[E0701]: nothing in the store fits `dref:ffff`
!   = help: `plxc store ls` lists all that is there
? 2

# store_deps, store_deepdeps

$ plxc store deps "$(cat report.dref)" | sed 's/.*-//'
| train
| train
$ plxc store deps -r "$(cat report.dref)" | sed 's/.*-//' | sort
| data
| train
| train
$ plxc store deps "$(cat data.dref)"
$ plxc store deps --json "$(cat a.dref)"
| [
|     "dref:HASH3-data"
| ]

# store_deepdepRrefs

$ plxc store deps "$(cat report.rref)" | sort > direct; sort a.rref b.rref | diff - direct
$ plxc store deps --recursive "$(cat report.rref)" | sort > deep; sort a.rref b.rref data.rref | diff - deep

# Of several at once, each answer once; of a path in the store; what leads there.

$ plxc store deps "$(cat a.rref)" "$(cat b.rref)" | diff - data.rref
$ plxc store rdeps "$(cat data.dref)" | sed 's/.*-//'
| train
| train
$ plxc store rdeps -r "$(plxc store path "$(cat data.rref)")" | sort > all; sort a.rref b.rref report.rref | diff - all
$ plxc store rdeps "$(cat report.dref)"
$ plxc store rdeps --json "$(cat report.dref)"
| []
$ plxc store deps
! error[E1005]: `plxc store deps` needs REF…
!   = note: usage: plxc store deps [OPTION…] REF…
!   = help: `plxc store deps --help` lists its options
? 2
$ plxc store rdeps nothing
! error[E0718]: `nothing` is no ref and no path into the store
!   = note: the store is $CASE/root/store-v1
? 2

# store_context: the mapping of all dependencies; store_deref is an entry of it.

$ plxc store context "$(cat report.rref)"
| dref:HASH4-train
|     rref:HASH5-HASH4-train
| dref:HASH3-data
|     rref:HASH6-HASH3-data
| dref:HASH7-train
|     rref:HASH8-HASH7-train
$ plxc store context "$(cat report.rref)" --direct
| dref:HASH4-train
|     rref:HASH5-HASH4-train
| dref:HASH7-train
|     rref:HASH8-HASH7-train
$ plxc store context "$(cat report.rref)" --direct --json | head -c -1 | cmp - "$(plxc store path "$(cat report.rref)")/context.json"
$ plxc store context --json "$(cat a.dref)"
| {
|     "dref:HASH3-data": [
|         "rref:HASH6-HASH3-data"
|     ]
| }
$ plxc store context "$(cat data.rref)"
$ echo '{"name": "x"}' | plxc store instantiate - > x.dref; plxc store context "$(cat x.dref)"
! error[E1017]: `dref:HASH9-x` has no realization, and one is needed
? 2

# The index is made anew; what it is for is seen in large stores only.

$ plxc store reindex
! plxc: read 5 derivations and 4 realizations

# What is named twice counts once, a realization below its derivation as well.

$ r=$(cat data.rref); d=$(cat data.dref); of() { plxc store du --json "$@" | python3 -c 'import json, sys; o = json.load(sys.stdin); print(o["bytes"], len(o["refs"]))'; }
> of "$r" > once; of "$r" "$r" | diff - once; of "$d" > once; of "$d" "$d" | diff - once; of "$r" "$d" | diff - once; of "$d" "$r" | diff - once; of --all "$r" "$d" "$r" > once; of --all "$d" | diff - once
