# A pipeline of three stages, from files to the store.

--- pipeline.plx
param greeting = "hello"

words = stage(
  name = "words",
  text = greeting,
  list = promise / "list.txt",
  realize = sh('''
    echo "making words"
    printf '%s\n' "$text" world > "$list"
  '''),
)

upper = stage(
  name = "upper",
  list = words.list,
  result = promise / "upper.txt",
  realize = sh('''tr a-z A-Z < "$list" > "$result"'''),
)

count = stage(
  name = "count",
  list = words.list,
  realize = sh('''wc -l < "$list" > "$out/count.txt"'''),
)

report = stage(
  name = "report",
  parts = [upper.result, count / "count.txt"],
  page = promise / "page.txt",
  realize = sh('''cat $parts > "$page"'''),
)

default = report
---

# With one worker, too, a stage can start while the one before it is on its way into the store: the order of these lines may differ.

$ plxc realize -j 1 pipeline.plx 2> messages; LC_ALL=C sort messages
| rref:HASH1-HASH2-report
| plxc: 4 built in TIME
| plxc: count: built in TIME
| plxc: count: started
| plxc: report: built in TIME
| plxc: report: started
| plxc: upper: built in TIME
| plxc: upper: started
| plxc: words: built in TIME
| plxc: words: started

# The same once more builds nothing.

$ plxc realize pipeline.plx
| rref:HASH1-HASH2-report
! plxc: 4 reused in TIME

$ cat "$(plxc realize pipeline.plx --print=path --log=quiet)/page.txt"
| HELLO
| WORLD
| 2

# What a name stands for; a Ref leads to its file.

$ plxc realize pipeline.plx#upper --log=quiet
| rref:HASH3-HASH4-upper

$ cat "$(plxc realize pipeline.plx#upper.result --print=path --log=quiet)"
| HELLO
| WORLD

$ plxc realize pipeline.plx#words pipeline.plx#upper --print=dref --log=quiet
| dref:HASH5-words
| dref:HASH4-upper

$ plxc realize pipeline.plx#words --json --log=quiet
| [
|     {
|         "dref": "dref:HASH5-words",
|         "name": "words",
|         "paths": [
|             "$CASE/root/store-v1/HASH5-words/HASH6"
|         ],
|         "rrefs": [
|             "rref:HASH6-HASH5-words"
|         ],
|         "state": "reused",
|         "target": "pipeline.plx#words"
|     }
| ]

# What would be built? Only what needs the change, and nothing is.

$ plxc realize -n pipeline.plx --set greeting=ciao
| dref:HASH7-words
| dref:HASH8-upper
| dref:HASH9-count
| dref:HASH10-report
! plxc: 4 to build

$ plxc realize -n pipeline.plx --set greeting=ciao --json --log=quiet
| [
|     {
|         "dref": "dref:HASH7-words",
|         "name": "words"
|     },
|     {
|         "dref": "dref:HASH8-upper",
|         "name": "upper"
|     },
|     {
|         "dref": "dref:HASH9-count",
|         "name": "count"
|     },
|     {
|         "dref": "dref:HASH10-report",
|         "name": "report"
|     }
| ]

# An edit of one attribute of `count` rebuilds it and `report`, and nothing else.

$ sed -i 's/wc -l/wc -c/' pipeline.plx

$ plxc realize -j 1 pipeline.plx
| rref:HASH11-HASH12-report
! plxc: count: started
! plxc: count: built in TIME
! plxc: report: started
! plxc: report: built in TIME
! plxc: 2 built, 2 reused in TIME

# Links: made, replaced, kept apart, never in the place of something else.

$ plxc realize pipeline.plx --log=quiet -o result > /dev/null; cat result/page.txt
| HELLO
| WORLD
| 12

$ plxc realize pipeline.plx#words pipeline.plx#upper --log=quiet -o result > /dev/null; cat result/list.txt result-2/upper.txt
| hello
| world
| HELLO
| WORLD

# A link that an earlier run made stays, and is named.

--- some.plx
param n: Int = 3
some = stage(name = "some", outputs = n, match = match_n(n), realize = sh('''for o in $outs; do echo $o > $o/x; done'''))
none = stage(name = "none", match = match(keys = [], rmin = null), realize = sh("true"))
---
$ plxc realize some.plx#some -o some --log=quiet > /dev/null; plxc realize some.plx#some -o some -D n=1 --log=quiet > /dev/null; ls -d some*
| some
| some-2
| some-3
| some.plx
! plxc: `some-2` still leads to what an earlier run made
$ plxc realize some.plx#none -o none --log=quiet; plxc realize some.plx#none -o some --log=quiet
! plxc: there is no realization to link `none` to
! plxc: there is no realization to link `some` to
! plxc: `some` still leads to what an earlier run made

$ echo mine > file; plxc realize pipeline.plx --log=quiet -o file; cat file
| mine
! error[E0725]: file exists and is not a symbolic link
!   = help: remove it, or choose another place for the link

$ mkdir folder; plxc realize pipeline.plx --log=quiet -o folder; ls folder
! error[E0725]: folder exists and is not a symbolic link
!   = help: remove it, or choose another place for the link

$ plxc realize pipeline.plx --log=quiet -o nowhere/result
! error[E0725]: cannot make the link nowhere/result: No such file or directory
? 4

$ plxc realize pipeline.plx --log=quiet -o result --timestamp > /dev/null; ls -d *_result | sed 's/^[0-9:+-]*_/BUILDTIME_/'
| BUILDTIME_result

# What a machine has two of. Each of the two stages needs the other one to run beside it.

--- gpu.plx
pair = [stage(name = "gpu~{i}", i = i, resources = { gpu = 1 }, passenv = ["FIFO"], realize = sh('''
  if [ $i = 1 ]; then echo side by side > $FIFO; else cat $FIFO > $out/said; fi
''')) for i in [1, 2]]
---
$ mkfifo fifo; FIFO=$PWD/fifo plxc realize -j 2 --resource gpu=2 gpu.plx#pair --log=quiet --print=path | tail -1 | xargs -I{} cat {}/said
| side by side
$ plxc realize gpu.plx#pair --resource gpu; plxc realize gpu.plx#pair --resource gpu=-1; plxc realize gpu.plx#pair --resource memory=8GB
! error[E1004]: `--resource` cannot be `gpu`
!   = note: there is no `=` in it
!   = help: `--resource=NAME=AMOUNT`: how much there is of what stages name in `resources` (default: 1, of memory all)
! error[E1004]: `--resource` cannot be `gpu=-1`
!   = help: an amount is a number from 0 on, like `2`, or of bytes like `8G`
! error[E1004]: `--resource` cannot be `memory=8GB`
!   = help: an amount is a number from 0 on, like `2`, or of bytes like `8G`
? 2
$ plxc realize gpu.plx#pair --resource cpus=8
! error[E1004]: `--resource` cannot be `cpus=8`
!   = help: `-j` says how many processors to use
? 2

# Rebuilding; the outputs are equal, so the realizations are.

$ plxc realize -j 1 pipeline.plx --rebuild
| rref:HASH11-HASH12-report
! plxc: report: started
! plxc: report: built in TIME
! plxc: 1 built, 3 reused in TIME

$ plxc realize -j 1 pipeline.plx --rebuild=words
| rref:HASH11-HASH12-report
! plxc: words: started
! plxc: words: built in TIME
! plxc: 1 built, 3 reused in TIME

$ plxc realize pipeline.plx --rebuild=wrods
! error[E0817]: `wrods` is no stage of this plan
!   = help: did you mean `words`?
? 2

# What is there can be asserted.

$ plxc realize pipeline.plx --assert-realized --log=quiet
| rref:HASH11-HASH12-report

$ plxc realize pipeline.plx --set greeting=salut --assert-realized=words
! error[E0809]: `words` is not realized, as it was asserted to be
!  --> pipeline.plx:3:9
!   |
! 3 | words = stage(
!   |         ^^^^^ this stage
!   |
!   = note: it is dref:HASH13-words
!   = help: if its config or an input changed, its old realizations do not count
! plxc: 1 failed, 3 skipped in TIME
? 5

# Logs.

$ plxc log "$(plxc realize pipeline.plx#words --log=quiet)"
| making words

$ plxc log "$(plxc realize pipeline.plx#words --log=quiet --print=dref)"
| making words

$ plxc realize -j 1 pipeline.plx#words --rebuild --log=stream
| rref:HASH6-HASH5-words
! plxc: words: started
! words | making words
! plxc: words: built in TIME
! plxc: 1 built in TIME

# A link to a realization is as good as its ref.

$ plxc show result
| realization   rref:HASH6-HASH5-words
| of            dref:HASH5-words
| path          $CASE/root/store-v1/HASH5-words/HASH6
| built         BUILDTIME
| took  TIME
| size          12 B in 1 file
| artifacts     list.txt

$ plxc log result-2

$ plxc store verify
| 15 derivations, 12 realizations, SIZE: 0 faults
