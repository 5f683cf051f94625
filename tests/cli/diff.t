# What differs between two things: configs down to the cause, contexts, artifacts. (diff)

--- p.plx
param lr: Float = 0.1
param rows: Int = 2
data = stage(name = "data", rows = rows, file = promise / "data.csv", realize = sh('''seq "$rows" > "$file"'''))
train = stage(
  name = "train",
  data = data.file,
  opt = { lr, layers = [8, 8], kind = "sgd" },
  model = promise / "model",
  outputs = 2,
  match = match_best("model"),
  realize = sh('''
    read first < "$data"
    for dir in $outs; do
      n=$((n + 1))
      echo "$n" > "$dir/model"
      ln -s "to-$n" "$dir/link"
    done
  '''),
)
note = ["one\ntwo\nthree\nfour\nfive\n", "one\ntwo\n3\nfour\nfive\nsix"]
report = stage(name = "report", model = train.model, text = "a ~{train.model} b", note = if lr > 0.1 then note[0] else note[1], realize = sh('''
  mkdir "$out/d"; cp "$model" "$out/d/model"; echo "${text##*/}" > "$out/text"; touch "$out/same"; printf "$note" > "$out/note"
'''))
---

$ plxc diff p.plx#train p.plx#train
$ plxc diff p.plx#train p.plx#train --exit-code; echo $?
| 0
$ plxc realize p.plx#report --log=quiet -o old > old.rref; plxc diff old p.plx#report

# A parameter that is used in two stages; the texts line by line.

$ plxc diff old p.plx#report --set lr=0.2
| --- rref:HASH1-HASH2-report
| +++ dref:HASH3-report
| - model: dref:HASH4-train/model
| + model: dref:HASH5-train/model
|   note:
|     @@ -1,6 +1,5 @@
|      one
|      two
|     -3
|     +three
|      four
|      five
|     -six
|     \ No newline at end of file
| - text: "a ~{dref:HASH4-train/model} b"
| + text: "a ~{dref:HASH5-train/model} b"
|
| --- dref:HASH4-train
| +++ dref:HASH5-train
| - opt.lr: 0.1
| + opt.lr: 0.2

# Down to the cause: a dependency of a dependency.

$ plxc diff p.plx#report old --set rows=3 --exit-code
| --- dref:HASH6-report
| +++ rref:HASH1-HASH2-report
| - model: dref:HASH7-train/model
| + model: dref:HASH4-train/model
| - text: "a ~{dref:HASH7-train/model} b"
| + text: "a ~{dref:HASH4-train/model} b"
|
| --- dref:HASH7-train
| +++ dref:HASH4-train
| - data: dref:HASH8-data/data.csv
| + data: dref:HASH9-data/data.csv
|
| --- dref:HASH8-data
| +++ dref:HASH9-data
| - rows: 3
| + rows: 2
? 5

# Refs of any kind; the store's own form evaluates nothing.

$ plxc realize p.plx#report --log=quiet -o new --set lr=0.2 --set rows=5 > new.rref
$ plxc store diff "$(plxc lens old --dref)" "$(plxc lens new --dref)"
| --- dref:HASH2-report
| +++ dref:HASH10-report
| - model: dref:HASH4-train/model
| + model: dref:HASH11-train/model
|   note:
|     @@ -1,6 +1,5 @@
|      one
|      two
|     -3
|     +three
|      four
|      five
|     -six
|     \ No newline at end of file
| - text: "a ~{dref:HASH4-train/model} b"
| + text: "a ~{dref:HASH11-train/model} b"
|
| --- dref:HASH4-train
| +++ dref:HASH11-train
| - data: dref:HASH9-data/data.csv
| + data: dref:HASH12-data/data.csv
| - opt.lr: 0.1
| + opt.lr: 0.2
|
| --- dref:HASH9-data
| +++ dref:HASH12-data
| - rows: 2
| + rows: 5
$ plxc diff old new
| --- rref:HASH1-HASH2-report
| +++ rref:HASH13-HASH10-report
| - model: dref:HASH4-train/model
| + model: dref:HASH11-train/model
|   note:
|     @@ -1,6 +1,5 @@
|      one
|      two
|     -3
|     +three
|      four
|      five
|     -six
|     \ No newline at end of file
| - text: "a ~{dref:HASH4-train/model} b"
| + text: "a ~{dref:HASH11-train/model} b"
| ~ note (23 B -> 24 B)
|
| --- dref:HASH4-train
| +++ dref:HASH11-train
| - data: dref:HASH9-data/data.csv
| + data: dref:HASH12-data/data.csv
| - opt.lr: 0.1
| + opt.lr: 0.2
|
| --- dref:HASH9-data
| +++ dref:HASH12-data
| - rows: 2
| + rows: 5
$ plxc diff old new --patch | sed -n '/^  d\/model/,/^---/p'
$ plxc diff old/note new/note
| --- rref:HASH1-HASH2-report
| +++ rref:HASH13-HASH10-report
| ~ note (23 B -> 24 B)
|     @@ -1,6 +1,5 @@
|      one
|      two
|     -3
|     +three
|      four
|      five
|     -six
|     \ No newline at end of file
$ plxc diff old/d new/d
$ plxc store diff --json old new | python3 -c '
> import json, sys
> d = json.load(sys.stdin)
> print(sorted(d), [(r["path"], r["before"]["type"], r["after"]["bytes"]) for r in d["artifacts"]])
> print([r["path"] for r in d["config"]], [[(r["path"], r.get("before"), r.get("after")) for r in i["config"] if r["path"] != "data"] for i in d["inputs"]])'
| ['after', 'artifacts', 'before', 'config', 'context', 'inputs'] [('note', 'file', 24)]
| ['model', 'note', 'text'] [[('opt.lr', 0.1, 0.2)], [('rows', 2, 5)]]

# Two realizations of one derivation, and two that were built with them.

$ plxc store diff $(plxc store ls "$(plxc lens old.model --dref)")
| --- rref:HASH14-HASH4-train
| +++ rref:HASH15-HASH4-train
| ~ link (link, other target)
| ~ model (2 B, other contents)
--- q.plx
p = import("./p.plx")
pick(match) = stage(name = "use", model = redefine(p.train, matcher = match) / "model", realize = sh('''cat "$model" > "$out/used"; ln -s x "$out/link"'''))
good = pick(match_best("model"))
bad = pick(match([worst("model")], 1, 1))
---
$ plxc realize q.plx#good --log=quiet > good; plxc realize q.plx#bad --log=quiet > bad; plxc diff "$(cat good)" "$(cat bad)"
| --- rref:HASH16-HASH17-use
| +++ rref:HASH18-HASH17-use
| - built with rref:HASH15-HASH4-train
| + built with rref:HASH14-HASH4-train
| ~ used (2 B, other contents)

# Files and folders that only one has; modes, links and types that differ.

--- one.json
{"name": "tree"}
---
$ d=$(plxc store instantiate one.json); mkdir -p a/sub b/only-b; echo x > a/x; cp a/x b/x; chmod +x b/x; ln -s p a/l; ln -s q b/l; echo f > a/t; ln -s f b/t; head -c 5000 /dev/zero > a/big; head -c 5001 /dev/zero > b/big; echo > a/sub/file; echo > b/only-b/file
$ plxc diff "$(plxc store commit tree a 2> /dev/null || plxc store commit "$(plxc store instantiate one.json)" a)" "$(plxc store commit "$(plxc store instantiate one.json)" b)" --patch
| --- rref:HASH19-HASH20-tree
| +++ rref:HASH21-HASH20-tree
| ~ big (5000 -> 5001 B)
| ~ l (link, other target)
| + only-b (folder)
| - sub (folder)
| ~ t (file, 2 B -> link)
| ~ x (file, 2 B -> executable, 2 B)

# Mistakes.

$ plxc diff p.plx p.plx#train
! error[E1034]: `p.plx` has 3 stages, and one is needed
!   = help: name one of them: `p.plx#name`
? 2
$ plxc diff p.plx#trian p.plx#train
! error[E1007]: `p.plx` does not define `trian`
!   = note: `p.plx` defines: data, train, note, report
!   = help: did you mean `p.plx#train`?
? 2
$ plxc diff old
! error[E1005]: `plxc diff` needs B
!   = note: usage: plxc diff [OPTION…] A B
!   = help: `plxc diff --help` lists its options
? 2
$ plxc diff old nothing.plx
! error[E1006]: there is no file `nothing.plx`
!   = note: this folder has `p.plx`, `q.plx`
? 2
$ plxc store diff old p.plx#train
! error[E0718]: `p.plx#train` is no ref and no path into the store
!   = note: the store is $CASE/root/store-v1
!   = help: `plxc instantiate FILE` prints the refs of what a file describes
? 2
$ plxc diff old dref:ffff
! error[E0701]: nothing in the store fits `dref:ffff`
!   = help: `plxc store ls` lists all that is there
? 2
$ plxc diff old/nothing new/nothing
! error[E1019]: cannot read $CASE/root/store-v1/HASH2-report/HASH1/nothing: No such file or directory
? 2
$ plxc diff "$(plxc lens old --dref)/d" new/d
