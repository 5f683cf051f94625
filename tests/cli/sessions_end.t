# What a paused realization ends with: nothing that was made by hand is lost, and nothing is taken for it that is not.

--- p.plx
a = stage(name = "a", passenv = ["A"], match = match_best("score"), realize = sh('''test -z "${A-}" && exit 3; echo $A > $out/score'''))
b = stage(name = "b", a = a / "score", passenv = ["B"], realize = sh('''test "${B-}"; cp $a $out/x'''))
c = stage(name = "c", a = a / "score", realize = sh('''cp $a $out/x'''))
---

# With --default it is open what the stage is realized with, until the realizer has made it; then that is decided.

$ plxc realize p.plx#b --interrupt a --log=quiet 2>/dev/null
| a
$ plxc continue --default -j 1 --log=quiet
! error[E0801]: `a` failed with exit status 3
!   = note: the stage is defined at p.plx:1
!   = note: it wrote nothing to its log
! plxc: the session `a` is still there: `plxc continue a --default` tries again, `plxc cancel a` drops it
? 1
$ A=5 plxc continue --default -j 1 --log=quiet
! error[E0801]: `b` failed with exit status 1
!   = note: the stage is defined at p.plx:2
!   = note: it wrote nothing to its log
! plxc: the session `a` is still there: `plxc continue a` tries again, `plxc cancel a` drops it
? 1
$ plxc continue --default
! error[E0838]: what the session `a` goes on with was decided already
!   = note: it is rref:HASH1-HASH2-a
!   = help: `plxc continue a` realizes the rest
? 2
$ B=1 plxc continue -j 1 --log=quiet --print=path | sed 's,$,/x,' | xargs cat
| 5

# It is what the realizer made, even if the matcher likes another one better.

$ plxc realize p.plx#c --interrupt a --log=quiet 2>/dev/null
| a
$ A=2 plxc continue --default -j 1 --log=quiet --print=path | sed 's,$,/x,' | xargs cat
| 2
! warning[W0802]: the matcher of `a` prefers another realization to what this one goes on with
!   = note: this one: rref:HASH3-HASH2-a
!   = note: the matcher's: rref:HASH1-HASH2-a
!   = help: the next `plxc realize` will use the matcher's choice

# So it is where there is another pause behind it.

$ plxc realize p.plx#c --interrupt a --interrupt c --log=quiet 2>/dev/null
| a
$ A=1 plxc continue --default -j 1 --log=quiet 2>/dev/null
| c
$ plxc shell -c 'cat $a'
| 1
$ plxc cancel
! plxc: dropped the session `c`

# With -k, what was realized is printed and linked.

$ plxc realize -k p.plx#b p.plx#c --interrupt a -o res --log=quiet 2>/dev/null
| a
$ plxc shell -c 'echo 9 > $out/score'
$ plxc continue -j 1 --log=quiet
| rref:HASH4-HASH5-c
! error[E0801]: `b` failed with exit status 1
!   = note: the stage is defined at p.plx:2
!   = note: it wrote nothing to its log
! plxc: the session `a` is still there: `plxc continue a` tries again, `plxc cancel a` drops it
? 1
$ readlink res
| $CASE/root/store-v1/HASH5-c/HASH4

$ plxc cancel
! plxc: dropped the session `a`

# The link cannot be made: refused before anything is decided. One that cannot be made at the end leaves the session.

--- q.plx
one = stage(name = "q", realize = sh('''exit 3'''))
two = stage(name = "two", outputs = 2, match = match_all(), realize = sh('''exit 3'''))
---
$ plxc realize q.plx#one -o link --interrupt q --log=quiet 2>/dev/null; mkdir link
| q
$ plxc shell -c 'echo hours of work > $out/x'
$ plxc continue
! error[E0725]: $CASE/work/link exists and is not a symbolic link
!   = help: remove it, or choose another place for the link
? 4
$ plxc sessions | sed 's/  20[-0-9]* [0-9:]*  /  DATE  /'
| q  DATE  dref:HASH6-q  $CASE/root/tmp/paused-RANDOM/out
$ rmdir link; plxc continue --log=quiet
| rref:HASH7-HASH6-q
$ cat link/x
| hours of work
$ plxc realize q.plx#two --one --interrupt two --log=quiet 2>/dev/null
| two
$ plxc shell -c 'echo 1 > $out1/x; echo 2 > $out2/x'
$ plxc continue --log=quiet
! error[E1014]: `--one` was given, but there are 2 realizations
!   = note: `two` has 2
!   = help: a matcher such as `match_latest()` or `match_best(file)` chooses one
! plxc: the session `two` is still there: `plxc continue two` tries again, `plxc cancel two` drops it
? 5
$ plxc cancel
! plxc: dropped the session `two`

# What the stage was given is gone: the outputs stay where they are.

--- r.plx
raw = stage(name = "raw", realize = sh('''echo 1 > $out/x'''))
fit = stage(name = "fit", raw = raw / "x", realize = sh('''cp $raw $out/x'''))
---
$ plxc realize r.plx#fit --interrupt fit --log=quiet 2>/dev/null
| fit
$ plxc shell -c 'echo hours of work > $out/x'
$ plxc store rm --force $(plxc store ls $(plxc instantiate r.plx#raw)) > /dev/null 2>&1
$ plxc continue
! error[E0830]: the realization of `raw` that was to be used is gone
!   = note: it was rref:HASH8-HASH9-raw
!   = help: if it can be realized again, as it was, that will do
!   = help: the session stays, with what was made by hand; `plxc cancel fit` drops it
? 4
$ plxc shell -c 'cat $out/x'
| hours of work
$ plxc realize r.plx#raw --log=quiet > /dev/null
$ plxc continue --log=quiet
| rref:HASH10-HASH11-fit
$ plxc store verify
| 7 derivations, 12 realizations, SIZE: 0 faults

# A key that fails for what was made by hand: nothing is published.

--- k.plx
run = stage(name = "run", n = promise / "n", match = match(keys = [key(fn (r) => float(trim(read_text(r / "n"))))], rmin = 1, rmax = 1), realize = sh('''echo 4 > $n'''))
use = stage(name = "use", n = run.n, realize = sh('''cp $n $out/used'''))
---
$ plxc realize k.plx#use --interrupt run --log=quiet 2>/dev/null
| run
$ plxc shell -c 'echo junk > $n'
$ plxc continue
! error[E0456]: "junk" is not the text of a Float
!  --> k.plx:1:88
!   |
! 1 | run = stage(name = "run", n = promise / "n", match = match(keys = [key(fn (r) => float(trim(read_text(r / "n"))))], rmin = 1, rmax = 1), realize = sh('''echo...
!   |                                                                                        ^^^^^^^^^^^^^^^^^^^^^^^^
!   |
!   = trace: in the call of `float` (k.plx:1:82)
!            in the call of a function without a name (k.plx:1:72)
!   = note: it was called for rref:HASH12-HASH13-run
!   = help: the session stays: mend what is in $CASE/root/tmp/paused-RANDOM/out, and say `plxc continue run` again
? 3
$ plxc shell -c 'echo 7 > $n'
$ mv k.plx away.plx; plxc continue
! error[E1006]: there is no file `k.plx`
!   = note: the session `run` needs its pipeline, because a matcher calls a function of it
!   = help: did you mean `p.plx`?
? 2
$ mv away.plx k.plx; cat $(plxc continue --log=quiet --print=path)/used
| 7

# The shell of a session that has ended means no other.

--- two.plx
a = stage(name = "A", realize = sh('''echo a > $out/x'''))
b = stage(name = "B", realize = sh('''echo b > $out/x'''))
---
$ plxc realize two.plx#a --interrupt A --log=quiet 2>/dev/null; plxc realize two.plx#b --interrupt B --log=quiet 2>/dev/null
| A
| B
$ plxc shell A -c 'echo a > $out/x; plxc continue --log=quiet; plxc continue; plxc cancel; plxc shell -c true'
| rref:HASH14-HASH15-A
! error[E0831]: the session `A`, which this shell is of, has ended
!   = help: leave the shell, or name another session
! error[E0831]: the session `A`, which this shell is of, has ended
!   = help: leave the shell, or name another session
! error[E0831]: the session `A`, which this shell is of, has ended
!   = help: leave the shell, or name another session
? 2
$ plxc sessions | cut -d ' ' -f 1
| B

# A beginning of a name is enough. Without a session, a command for its shell is refused.

$ plxc shell B -c 'echo $PLX_SESSION'
| B
$ plxc realize r.plx#fit --interrupt fit --log=quiet 2>/dev/null
| fit
$ plxc shell fi -c 'echo $PLX_SESSION'
| fit
$ plxc shell nope -c true
! error[E0718]: `nope` is no ref and no path into the store
!   = note: the store is $CASE/root/store-v1
!   = note: there is no session `nope` either
? 2
$ plxc cancel fi B
! plxc: dropped the session `fit`
! plxc: dropped the session `B`
$ plxc shell -c 'touch $out/x'
! error[E0831]: no realization is paused
!   = help: `plxc realize TARGET --interrupt NAME` pauses at the stage NAME
? 2

# A session of which nothing can be read can be dropped.

$ plxc realize r.plx#fit --interrupt fit --log=quiet 2>/dev/null
| fit
$ echo '{' > "$PLX_ROOT/sessions/fit/session.json"; plxc continue; plxc cancel fit
! error[E0832]: $CASE/root/sessions/fit/session.json is no session that this plxc can read
!   = help: `plxc cancel fit` drops it, and what was made by hand
! plxc: dropped the session `fit`
$ plxc realize r.plx#fit --interrupt fit --log=quiet 2>/dev/null
| fit
$ rm "$PLX_ROOT/sessions/fit/session.json"; plxc sessions; plxc cancel fit
! error[E0832]: cannot read the session $CASE/root/sessions/fit: No such file or directory
!   = help: `plxc cancel fit` drops it, and what was made by hand
! plxc: dropped the session `fit`
$ ls -A "$PLX_ROOT/tmp"; ls "$PLX_ROOT/sessions"

# An output that is a file by now.

$ plxc realize r.plx#fit --interrupt fit --log=quiet 2>/dev/null
| fit
$ plxc shell -c 'rm -r $out; echo file > $out'
$ plxc continue
! error[E0715]: the output $CASE/root/tmp/paused-RANDOM/out is not a folder any more
!   = help: the session stays: mend what is in $CASE/root/tmp/paused-RANDOM/out, and say `plxc continue fit` again
? 1

# A store that was moved, and moved back.

$ mv "$PLX_ROOT" "$PLX_ROOT-moved"; PLX_ROOT="$PLX_ROOT-moved" plxc sessions; PLX_ROOT="$PLX_ROOT-moved" plxc continue
! plxc: `fit` is a session of the store $CASE/root/store-v1, which is not there any more
! error[E0831]: no realization is paused
!   = note: `fit` is of the store $CASE/root/store-v1, which is not there any more
!   = help: where a store was moved, its sessions can go on when it is back
? 2
$ mv "$PLX_ROOT-moved" "$PLX_ROOT"; plxc cancel
! plxc: dropped the session `fit`

# What plx makes itself is not made by hand.

--- s.plx
use = stage(name = "used", file = ./r.plx, realize = sh('''cp $file $out/x'''))
---
$ plxc realize s.plx --interrupt r_plx
! error[E0839]: nothing can be done by hand at `r_plx`: plx makes it itself
!  --> s.plx:1:28
!   |
! 1 | use = stage(name = "used", file = ./r.plx, realize = sh('''cp $file $out/x'''))
!   |                            ^^^^ this stage
!   |
!   = note: what it holds follows from its config
!   = help: pause at a stage that uses it, whose realizer is a program
? 2

# Nor does it matter of which kind the damage is.

$ mkdir -p "$PLX_ROOT/sessions/empty"; plxc store gc; plxc cancel empty; plxc sessions; ls -A "$PLX_ROOT/sessions"
| .lock
! error[E0724]: the files of the paused session `empty` are damaged
!   = note: it is not known what it keeps, so nothing is removed
!   = help: `plxc store verify` says what is wrong; `plxc cancel empty` drops the session
! plxc: dropped the session `empty`
