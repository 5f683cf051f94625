# The lens, by the names that it has in Pylightnix: mklens, get, val, refpath, syspath, dref, rref, resolve, as_dict.

--- p.plx
data = stage(name = "data", url = "http://x.org", answer = 42, realize = sh('''echo hi > "$out/data.csv"'''))
train = stage(
  name = "train",
  data = data / "data.csv",
  whole = data,
  opt = { "learning rate" = 0.1, layers = [16, 8], on = true, off = null },
  model = promise / "model/weights",
  log = claim / "log",
  outputs = 2,
  match = match_best("model/weights"),
  realize = sh('''
    mkdir "$out1/model" "$out2/model"
    echo 1 > "$out1/model/weights"
    echo 2 > "$out2/model/weights"
  '''),
)
both = redefine(train, matcher = match_all())
report = stage(name = "report", model = train.model, realize = sh('''cp "$model" "$out/copy"'''))
none = stage(name = "none", all = both.model, realize = sh('''cat $all > "$out/all"'''))
---

$ plxc realize p.plx#report --log=quiet -o result > report.rref; plxc instantiate p.plx#report > report.dref; plxc realize p.plx#none --log=quiet -o all > /dev/null

# val: of an rref, a dref, a link, a prefix.

$ plxc lens result.name
| report
$ plxc lens "$(cat report.rref).name"; plxc lens "$(cat report.dref).name"; plxc lens ./result.name; plxc lens "$(cut -c -20 report.dref).name"
| report
| report
| report
| report

# get: through references into the configs of dependencies, into records and lists.

$ plxc lens result.model.opt.layers.1
| 8
$ plxc lens 'result.model.opt."learning rate"'
| 0.1
$ plxc lens result.model.opt.on; plxc lens result.model.opt.off; plxc lens result.model.data.answer; plxc lens result.model.whole.url
| true
| null
| 42
| http://x.org
$ plxc lens result.model.opt
| {
|     "layers": [
|         16,
|         8
|     ],
|     "learning rate": 0.1,
|     "off": null,
|     "on": true
| }
$ plxc lens result.model.data.url --json
| "http://x.org"

# refpath: a promise is a path in the stage that makes it, too.

$ plxc lens result.model; plxc lens result.model.model; plxc lens result.model.log --refpath
| dref:HASH1-train/model/weights
| dref:HASH1-train/model/weights
| dref:HASH1-train/log
$ plxc lens result.model --refpath --json
| [
|     "dref:HASH1-train",
|     "model",
|     "weights"
| ]

# dref, rref

$ plxc lens result.model --dref; plxc lens result.model.data --dref; plxc lens result --dref | diff - report.dref
| dref:HASH1-train
| dref:HASH2-data
$ plxc lens result --rref | diff - report.rref
$ plxc store cat "$(plxc lens result.model --rref)/model/weights"
| 2

# syspath, resolve: what report was built with is one of the two trainings.

$ plxc lens result.model --path
| $CASE/root/store-v1/HASH1-train/HASH3/model/weights
$ cat "$(plxc lens result.model --path)" "$(plxc lens result.model.data --path)"
| 2
| hi
$ plxc lens result.model.whole --path --json; plxc lens result --path
| [
|     "$CASE/root/store-v1/HASH2-data/HASH4"
| ]
| $CASE/root/store-v1/HASH5-report/HASH6

# Where there are several, it is not resolvable, unless all are wanted.

$ plxc lens all.all --path
! error[E1017]: `all.all` has 2 realizations, and one is needed
!   = note: rref:HASH3-HASH1-train
!   = note: rref:HASH7-HASH1-train
!   = help: `--all` prints all of them
? 2
$ cat $(plxc lens all.all --path --all) | sort
| 1
| 2
$ plxc lens all.all --rref --all | sort > two; plxc lens all.all --rref --all --json | python3 -c 'import json, sys; print(*sorted(json.load(sys.stdin)), sep="\n")' | diff - two

# From a dref there is no context: a dependency must have one realization.

$ plxc lens "$(cat report.dref).model" --rref
! error[E1017]: `dref:HASH5-report.model` has 2 realizations, and one is needed
!   = note: rref:HASH7-HASH1-train
!   = note: rref:HASH3-HASH1-train
!   = help: `--all` prints all of them
? 2
$ cat "$(plxc lens "$(cat report.dref).model.data" --path)"
| hi

# as_dict: the config, promises resolved.

$ plxc lens result.model --config
| {
|     "__realizer__": {
|         "interpreter": [
|             "sh",
|             "-eu"
|         ],
|         "kind": "script",
|         "outputs": 2,
|         "text": "mkdir \"$out1/model\" \"$out2/model\"\necho 1 > \"$out1/model/weights\"\necho 2 > \"$out2/model/weights\"\n"
|     },
|     "data": [
|         "dref:HASH2-data",
|         "data.csv"
|     ],
|     "log": [
|         "dref:HASH1-train",
|         "log"
|     ],
|     "model": [
|         "dref:HASH1-train",
|         "model",
|         "weights"
|     ],
|     "name": "train",
|     "opt": {
|         "layers": [
|             16,
|             8
|         ],
|         "learning rate": 0.1,
|         "off": null,
|         "on": true
|     },
|     "whole": "dref:HASH2-data"
| }

# Mistakes.

$ plxc lens result.modle
! error[E1031]: `result` has no attribute `modle`
!   = note: it has `__realizer__`, `model`, `name`
!   = help: did you mean `model`?
? 2
$ plxc lens result.model.opt.layers.2
! error[E1031]: `result.model.opt.layers` has no attribute `2`
!   = note: it is a list of 2
? 2
$ plxc lens result.name.x
! error[E1031]: `result.name` has no attribute `x`
!   = note: it is a string
? 2
$ plxc lens result.
! error[E1031]: behind `result` stands no attribute
!   = help: attributes are written `.name`, `."any name"` or, of a list, `.0`
? 2
$ plxc lens result..name
! error[E1031]: behind `result` stands no attribute
!   = help: attributes are written `.name`, `."any name"` or, of a list, `.0`
? 2
$ plxc lens 'result."name'
! error[E1031]: behind `result` stands no attribute
!   = help: attributes are written `.name`, `."any name"` or, of a list, `.0`
? 2
$ plxc lens result.name --path
! error[E1031]: `result.name` is a string, which is no ref
? 2
$ plxc lens result.name --refpath
! error[E1031]: `result.name` is a string, which is no path in a stage
? 2
$ plxc lens result --refpath
! error[E1031]: `result` is a realization, which is no path in a stage
? 2
$ plxc lens result.name --config
! error[E1031]: `result.name` is a string, which is no ref
? 2
$ plxc lens result --path --rref
! error[E1016]: `--path` and `--rref` exclude each other
? 2
$ plxc lens result/copy
! error[E1018]: `result/copy` is a part of a realization
!   = help: begin at all of it: rref:HASH6-HASH5-report
? 2
$ plxc lens nothing.name
! error[E0718]: `nothing` is no ref and no path into the store
!   = note: the store is $CASE/root/store-v1
? 2
$ plxc lens p.plx#report.name
! error[E0718]: `p` is no ref and no path into the store
!   = note: the store is $CASE/root/store-v1
!   = help: `plxc instantiate FILE` prints the refs of what a file describes
? 2
$ plxc lens ./nothing.name
! error[E0718]: `./nothing.name` is no ref and no path into the store
!   = note: the store is $CASE/root/store-v1
? 2
$ plxc lens dref:ffff.name
! error[E0701]: nothing in the store fits `dref:ffff`
!   = help: `plxc store ls` lists all that is there
? 2
$ plxc lens
! error[E1005]: `plxc lens` needs REF[.ATTRIBUTE…]
!   = note: usage: plxc lens [OPTION…] REF[.ATTRIBUTE…]
!   = help: `plxc lens --help` lists its options
? 2
