# Realizations that are paused, worked at by hand, and continued.

--- p.plx
raw = stage(name = "raw", data = promise / "data.txt", realize = sh('''printf '1\n2\nx\n' > $data'''))

fit = stage(
  name    = "fit",
  data    = raw.data,
  sum     = promise / "sum.txt",
  realize = sh('''
    if grep -v '^[0-9]*$' $data; then echo "no number"; exit 3; fi
    awk '{ s += $1 } END { print s }' $data > $sum
  '''),
)

report = stage(name = "report", sum = fit.sum, realize = sh('''echo "the sum is $(cat $sum)" > $out/report.txt'''))
---

# Without one there is nothing to do.

$ plxc sessions
$ plxc continue
! error[E0831]: no realization is paused
!   = help: `plxc realize TARGET --interrupt NAME` pauses at the stage NAME
? 2
$ plxc cancel
! error[E0831]: no realization is paused
!   = help: `plxc realize TARGET --interrupt NAME` pauses at the stage NAME
? 2
$ plxc continue fit
! error[E0831]: no realization is paused
!   = help: `plxc realize TARGET --interrupt NAME` pauses at the stage NAME
? 2
$ plxc shell fit -c true
! error[E0718]: `fit` is no ref and no path into the store
!   = note: the store is $CASE/root/store-v1
!   = note: there is no session `fit` either
? 2
$ plxc realize p.plx#report --interrupt fti
! error[E0817]: `fti` is no stage of this plan
!   = help: did you mean `fit`?
? 2
$ plxc realize p.plx#report --interrupt fit --dry-run
! error[E1016]: `--dry-run` and `--interrupt` exclude each other
!   = note: a pause prepares a build directory, and builds what the stage needs
? 2

# The pause: what the stage needs is realized, and its realizer does not run.

$ plxc realize -j 1 p.plx#report -o result --interrupt fit
| fit
! plxc: raw: started
! plxc: raw: built in TIME
! plxc: 1 built in TIME
! plxc: paused at `fit`, session `fit`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   plxc shell fit                 work there, in the realizer's environment
!   plxc continue fit              go on with what $out holds
!   plxc continue fit --default    go on with the realizer
!   plxc continue fit --rref RREF  go on with another realization
!   plxc cancel fit                drop it
$ plxc sessions | sed 's/  20[-0-9]* [0-9:]*  /  DATE  /'
| fit  DATE  dref:HASH1-fit  $CASE/root/tmp/paused-RANDOM/out
$ plxc store root ls
| session fit -> rref:HASH2-HASH3-raw
$ plxc store rm $(plxc store ls $(plxc instantiate p.plx#raw))
! error[E0727]: rref:HASH2-HASH3-raw is needed by a paused realization
!   = note: its session is `fit`
!   = help: `plxc cancel fit` drops it; or use --force
? 4
$ plxc store gc
| dref:HASH4-report
| dref:HASH1-fit
! plxc: freed SIZE: 2 derivations; 1 derivation and 1 realization stay
$ plxc store verify
| 1 derivation, 1 realization, SIZE: 0 faults

# The shell is where the realizer would be, with its environment; a program in it can call plxc.

$ plxc shell fit -c 'pwd; echo $out; echo $sum; cat $data; echo "$name $PLX_SESSION"; ls ..; env | grep -c "^TESTS="; plxc sessions | cut -d" " -f1'
| $CASE/root/tmp/paused-RANDOM/build
| $CASE/root/tmp/paused-RANDOM/out
| $CASE/root/tmp/paused-RANDOM/out/sum.txt
| 1
| 2
| x
| fit fit
| args.json
| build
| config.json
| context.json
| env.sh
| log
| out
| run
| script
| 0
| fit
$ SHELL=/bin/sh plxc shell <<'END'
> sh ../run
> echo "status $?"
> END
| x
| no number
| status 3
$ SHELL=/nowhere/sh plxc shell
! sh: 1: exec: /nowhere/sh: not found
? 127

# A promise that is not kept: nothing is lost.

$ plxc shell fit -c 'echo 3 > $out/sum'
$ plxc continue
! error[E0716]: the promise `sum` of `fit` was not kept: `sum.txt` does not exist in the output
!   = note: the output holds sum
!   = help: the session stays: mend what is in $CASE/root/tmp/paused-RANDOM/out, and say `plxc continue fit` again
? 1
$ plxc shell fit -c 'mv $out/sum $out/sum.txt'
$ plxc continue -j 1
| rref:HASH5-HASH4-report
! plxc: report: started
! plxc: report: built in TIME
! plxc: 1 built, 2 reused in TIME
$ cat result/report.txt
| the sum is 3
$ plxc sessions
$ plxc log $(plxc instantiate p.plx#fit)
| plx: paused before the realizer ran; what follows was made by hand
$ plxc store cat $(plxc instantiate p.plx#fit)/__meta__.json
| {
|     "by_hand": true,
|     "realizer": "script",
|     "version": "0.1.0"
| }
|\
$ ls -A "$PLX_ROOT/tmp"
$ plxc realize p.plx#report --assert-realized
| rref:HASH5-HASH4-report
! plxc: 3 reused in TIME
$ plxc store verify
| 3 derivations, 3 realizations, SIZE: 0 faults

# Several at once, which must be named then; a beginning of a name is enough.

--- grid.plx
a = stage(name = "alpha", realize = sh('''echo a > $out/x'''))
b = stage(name = "beta", realize = sh('''echo b > $out/x'''))
c = stage(name = "gamma", a = a / "x", b = b / "x", realize = sh('''cat $a $b > $out/x'''))
---
$ plxc realize -j 1 grid.plx#c --interrupt alpha --log=quiet
| alpha
! plxc: paused at `alpha`, session `alpha`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   plxc shell alpha                 work there, in the realizer's environment
!   plxc continue alpha              go on with what $out holds
!   plxc continue alpha --default    go on with the realizer
!   plxc continue alpha --rref RREF  go on with another realization
!   plxc cancel alpha                drop it
$ plxc realize -j 1 grid.plx#c --interrupt beta --log=quiet
| beta
! plxc: paused at `beta`, session `beta`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   plxc shell beta                 work there, in the realizer's environment
!   plxc continue beta              go on with what $out holds
!   plxc continue beta --default    go on with the realizer
!   plxc continue beta --rref RREF  go on with another realization
!   plxc cancel beta                drop it
$ plxc realize -j 1 grid.plx#a --interrupt alpha --log=quiet
| alpha-2
! plxc: paused at `alpha`, session `alpha-2`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   plxc shell alpha-2                 work there, in the realizer's environment
!   plxc continue alpha-2              go on with what $out holds
!   plxc continue alpha-2 --default    go on with the realizer
!   plxc continue alpha-2 --rref RREF  go on with another realization
!   plxc cancel alpha-2                drop it
$ plxc sessions | cut -d' ' -f1
| alpha
| alpha-2
| beta
$ plxc continue
! error[E0831]: 3 realizations are paused: say which one
!   = note: there is `alpha`
!   = note: there is `alpha-2`
!   = note: there is `beta`
? 2
$ plxc shell -c true
! error[E0831]: 3 realizations are paused: say which one
!   = note: there is `alpha`
!   = note: there is `alpha-2`
!   = note: there is `beta`
? 2
$ plxc continue alpah
! error[E0831]: there is no session `alpah`
!   = note: there is `alpha`
!   = note: there is `alpha-2`
!   = note: there is `beta`
!   = help: did you mean `alpha`?
? 2
$ plxc continue al
! error[E0831]: `al` is the beginning of several sessions
!   = note: there is `alpha`
!   = note: there is `alpha-2`
? 2
$ plxc cancel alpha-2
! plxc: dropped the session `alpha-2`
$ plxc shell beta -c 'echo by hand > $out/x'
$ plxc continue beta --log=quiet
| rref:HASH6-HASH7-gamma
$ plxc continue al --default --log=quiet --print=path | sed 's,.*store-v1/[^/]*/,,' | wc -l
| 1
$ cat $(plxc realize grid.plx#c --print=path --log=quiet)/x
| a
| by hand
$ plxc sessions

# Stages one after the other.

--- chain.plx
one = stage(name = "one", realize = sh('''echo 1 > $out/x'''))
two = stage(name = "two", one = one / "x", realize = sh('''cat $one > $out/x'''))
three = stage(name = "three", two = two / "x", realize = sh('''cat $two > $out/x'''))
---
$ plxc realize -j 1 chain.plx#three --interrupt two --interrupt one --log=quiet
| one
! plxc: paused at `one`, session `one`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   plxc shell one                 work there, in the realizer's environment
!   plxc continue one              go on with what $out holds
!   plxc continue one --default    go on with the realizer
!   plxc continue one --rref RREF  go on with another realization
!   plxc cancel one                drop it
$ plxc continue one --default -j 1 --log=quiet
| two
! plxc: paused at `two`, session `two`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   plxc shell two                 work there, in the realizer's environment
!   plxc continue two              go on with what $out holds
!   plxc continue two --default    go on with the realizer
!   plxc continue two --rref RREF  go on with another realization
!   plxc cancel two                drop it
$ plxc shell two -c 'echo 2 > $out/x'
$ cat $(plxc continue two -j 1 --log=quiet --print=path)/x
| 2

# Realized by another process meanwhile: with the default matcher there is no room for a second one. That one can be taken, or the realizer is asked for, which then needs not run.

--- mine.plx
mine = stage(name = "mine", realize = sh('''echo theirs > $out/x'''))
user = stage(name = "user", mine = mine / "x", realize = sh('''cp $mine $out/y'''))
---
$ plxc realize -j 1 mine.plx#user --interrupt mine --log=quiet
| mine
! plxc: paused at `mine`, session `mine`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   plxc shell mine                 work there, in the realizer's environment
!   plxc continue mine              go on with what $out holds
!   plxc continue mine --default    go on with the realizer
!   plxc continue mine --rref RREF  go on with another realization
!   plxc cancel mine                drop it
$ plxc shell -c 'echo mine > $out/x'
$ plxc realize -j 1 mine.plx#mine --log=quiet
| rref:HASH8-HASH9-mine
$ plxc continue --log=quiet
! error[E0835]: `mine` has 1 realization already, and its matcher accepts no more than 1
!   = note: there is rref:HASH8-HASH9-mine
!   = help: `plxc continue mine --rref RREF` goes on with one of these; to have yours instead, remove them first with `plxc store rm`
? 1
$ plxc shell -c 'cat $out/x; test -w $out/x; ls -A $out'
| mine
| x
$ plxc continue --log=quiet --rref $(plxc store ls $(plxc instantiate grid.plx#a))
! error[E0834]: the session `mine` cannot go on with rref:HASH10-HASH11-alpha
!   = note: it is a realization of another derivation
!   = note: the session pauses at dref:HASH9-mine
? 2
$ plxc continue --log=quiet --rref $(plxc instantiate mine.plx#mine)
! error[E1004]: `--rref` needs a realization, and `dref:HASH9-mine` is a derivation
? 2
$ plxc continue --log=quiet --default --rref $(plxc store ls $(plxc instantiate mine.plx#mine))
! error[E1016]: `--default` and `--rref` exclude each other
? 2
$ plxc continue -j 1 --default
| rref:HASH12-HASH13-user
! plxc: user: started
! plxc: user: built in TIME
! plxc: 1 built, 1 reused in TIME

# It had been realized before the pause: then the realizer runs once more.

$ plxc realize -j 1 mine.plx#mine --interrupt mine --log=quiet
| mine
! plxc: paused at `mine`, session `mine`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   plxc shell mine                 work there, in the realizer's environment
!   plxc continue mine              go on with what $out holds
!   plxc continue mine --default    go on with the realizer
!   plxc continue mine --rref RREF  go on with another realization
!   plxc cancel mine                drop it
$ plxc continue --default
| rref:HASH8-HASH9-mine
! plxc: mine: started
! plxc: mine: built in TIME
! plxc: 1 built in TIME

# What the matcher would not choose is used all the same, with a warning.

--- best.plx
run = stage(name = "run", score = promise / "score", match = match_best("score"), realize = sh('''echo 5 > $score'''))
use = stage(name = "use", score = run.score, realize = sh('''cp $score $out/used'''))
---
$ plxc realize -j 1 best.plx#run --log=quiet
| rref:HASH14-HASH15-run
$ plxc realize -j 1 best.plx#use --interrupt run --log=quiet
| run
! plxc: paused at `run`, session `run`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   plxc shell run                 work there, in the realizer's environment
!   plxc continue run              go on with what $out holds
!   plxc continue run --default    go on with the realizer
!   plxc continue run --rref RREF  go on with another realization
!   plxc cancel run                drop it
$ plxc shell -c 'echo 3 > $score'
$ plxc continue -j 1
| rref:HASH16-HASH17-use
! warning[W0802]: the matcher of `run` prefers another realization to what this one goes on with
!   = note: this one: rref:HASH18-HASH15-run
!   = note: the matcher's: rref:HASH14-HASH15-run
!   = help: the next `plxc realize` will use the matcher's choice
! plxc: use: started
! plxc: use: built in TIME
! plxc: 1 built, 1 reused in TIME
$ plxc realize -j 1 best.plx#use --interrupt run --log=quiet
| run
! plxc: paused at `run`, session `run`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   plxc shell run                 work there, in the realizer's environment
!   plxc continue run              go on with what $out holds
!   plxc continue run --default    go on with the realizer
!   plxc continue run --rref RREF  go on with another realization
!   plxc cancel run                drop it
$ plxc continue -j 1 --rref $(plxc store ls $(plxc instantiate best.plx#run) | head -1) --log=quiet
| rref:HASH16-HASH17-use
! warning[W0802]: the matcher of `run` prefers another realization to what this one goes on with
!   = note: this one: rref:HASH18-HASH15-run
!   = note: the matcher's: rref:HASH14-HASH15-run
!   = help: the next `plxc realize` will use the matcher's choice

# A later stage fails: the session stays, and knows what was decided.

--- later.plx
first = stage(name = "first", realize = sh('''echo 1 > $out/x'''))
last = stage(name = "last", first = first / "x", passenv = ["FINE"], realize = sh('''cat $first; test "${FINE-}"; cp $first $out/y'''))
---
$ plxc realize -j 1 later.plx#last --interrupt first --log=quiet
| first
! plxc: paused at `first`, session `first`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   plxc shell first                 work there, in the realizer's environment
!   plxc continue first              go on with what $out holds
!   plxc continue first --default    go on with the realizer
!   plxc continue first --rref RREF  go on with another realization
!   plxc cancel first                drop it
$ plxc shell -c 'echo by hand > $out/x'
$ plxc continue -j 1
! plxc: last: started
! error[E0801]: `last` failed with exit status 1
!   : by hand
!   |
!   = note: the stage is defined at later.plx:2
!   = note: the whole log is in $CASE/root/log/HASH19-last.log
!   = help: `plxc log dref:HASH19-last` shows it
! plxc: 1 reused, 1 failed in TIME
! plxc: the session `first` is still there: `plxc continue first` tries again, `plxc cancel first` drops it
? 1
$ plxc sessions | sed 's/  20[-0-9]* [0-9:]*  /  DATE  /'
| first  DATE  dref:HASH20-first  decided
$ plxc continue --default
! error[E0838]: what the session `first` goes on with was decided already
!   = note: it is rref:HASH21-HASH20-first
!   = help: `plxc continue first` realizes the rest
? 2
$ plxc shell
! error[E0838]: what the session `first` goes on with was decided already
!   = note: it is rref:HASH21-HASH20-first
!   = help: `plxc continue first` realizes the rest
? 2
$ FINE=1 plxc continue -j 1
| rref:HASH22-HASH19-last
! plxc: last: started
! plxc: last: built in TIME
! plxc: 1 built, 1 reused in TIME
$ plxc sessions

# A key of the user's is a function: the pipeline is evaluated again, and must be what it was.

--- keys.plx
run = stage(name = "run2", n = promise / "n", match = match(keys = [key(fn (r) => -float(trim(read_text(r / "n"))))], rmin = 1, rmax = 1), realize = sh('''echo 4 > $n'''))
use = stage(name = "use2", n = run.n, realize = sh('''cp $n $out/used'''))
---
$ plxc realize -j 1 keys.plx#use --interrupt run2 --log=quiet
| run2
! plxc: paused at `run2`, session `run2`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   plxc shell run2                 work there, in the realizer's environment
!   plxc continue run2              go on with what $out holds
!   plxc continue run2 --default    go on with the realizer
!   plxc continue run2 --rref RREF  go on with another realization
!   plxc cancel run2                drop it
$ sed -i 's/echo 4/echo 5/' keys.plx
$ mkdir away; cd away; plxc continue run2
! error[E0836]: the pipeline was changed after the session `run2` was paused
!   = note: a matcher calls a function of the pipeline, so that was evaluated again, and its derivations are not those of the session any more
!   = help: undo the change, or drop the session with `plxc cancel run2`
? 3
$ sed -i 's/echo 5/echo 4/' keys.plx
$ plxc shell -c 'echo 2 > $n'
$ cd away; cat $(plxc continue -j 1 --log=quiet --print=path)/used
| 2

# Several outputs, and what is refused.

--- many.plx
many = stage(name = "many", outputs = 2, match = match_all(), f = promise / "f", realize = sh('''for o in $outs; do echo x > $o/f; done'''))
---
$ plxc realize -j 1 many.plx --interrupt many
| many
! plxc: paused at `many`, session `many`
!   its 2 outputs are to be made in
!     $CASE/root/tmp/paused-RANDOM/out1
!     $CASE/root/tmp/paused-RANDOM/out2
!   plxc shell many                 work there, in the realizer's environment
!   plxc continue many              go on with what $out holds
!   plxc continue many --default    go on with the realizer
!   plxc continue many --rref RREF  go on with another realization
!   plxc cancel many                drop it
$ plxc shell -c 'echo 1 > $out1/f; echo 2 > $out2/f; echo user > $out2/context.json'
$ plxc continue
! error[E0714]: an artifact is named `context.json`, which the store itself writes
!   = note: it is $CASE/root/tmp/paused-RANDOM/out2/context.json
!   = help: give the artifact another name
!   = help: the session stays: mend what is in $CASE/root/tmp/paused-RANDOM/out2, and say `plxc continue many` again
? 1
$ plxc shell -c 'ls $outs; cat $out2/context.json; rm $out2/context.json; mkfifo $out2/pipe'
| $CASE/root/tmp/paused-RANDOM/out1:
| f
|
| $CASE/root/tmp/paused-RANDOM/out2:
| context.json
| f
| user
$ plxc continue
! error[E0715]: $CASE/root/tmp/paused-RANDOM/out2/pipe is a fifo
!   = note: only files, folders and symbolic links can be kept
!   = help: the session stays: mend what is in $CASE/root/tmp/paused-RANDOM/out2, and say `plxc continue many` again
? 1
$ plxc shell -c 'ls $outs; rm $out2/pipe; echo more >> $out1/f; cat $out1/f $out2/f'
| $CASE/root/tmp/paused-RANDOM/out1:
| f
|
| $CASE/root/tmp/paused-RANDOM/out2:
| f
| pipe
| 1
| more
| 2
$ plxc shell -c 'exec 9>> $out2/f; plxc continue'
! error[E0837]: a process has $CASE/root/tmp/paused-RANDOM/out2/f open for writing
!   = help: end the program that writes to it, and say `plxc continue many` again
? 1
$ plxc continue --json --log=quiet
| [
|     {
|         "dref": "dref:HASH23-many",
|         "name": "many",
|         "paths": [
|             "$CASE/root/store-v1/HASH23-many/HASH24",
|             "$CASE/root/store-v1/HASH23-many/HASH25"
|         ],
|         "rrefs": [
|             "rref:HASH24-HASH23-many",
|             "rref:HASH25-HASH23-many"
|         ],
|         "state": "reused",
|         "target": "many.plx"
|     }
| ]
$ ls -A "$PLX_ROOT/tmp"
$ plxc store verify
| 18 derivations, 20 realizations, SIZE: 0 faults
