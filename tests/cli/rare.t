# More messages that no other case shows, whole.

--- rare.plx
n(i) = stage(name = "n", i = i, realize = sh("echo $i > $out/i"))
many = [n(i) for i in range(17)]
one = n(0)
pair = stage(
  name    = "pair",
  outputs = 2,
  match   = match_n(2),
  realize = sh('''for o in $outs; do od -An -N8 -tx1 /dev/urandom > $o/x; done'''),
)
use_pair = stage(name = "use_pair", realize = sh("cat ~{pair / "x"} > $out/x"))
never = stage(name = "never", match = match_all(), realize = sh("true"))
use_never = stage(name = "use_never", realize = sh("cat ~{never} > $out/x"))
patient = stage(name = "patient", retry = 2, realize = sh("true"))
copied = stage(name = "copied", file = ./file, realize = sh('''cp "$file" $out/copy'''))
best = stage(name = "best", realize = sh('''tr -dc 0-9 < $PLX_ARGS > $out/score'''), match = match_best("score"))
---

# E0812
$ plxc realize rare.plx#use_pair --log=quiet
! error[E0812]: the stage needs one path of `pair`, but 2 realizations of it were matched
!   --> rare.plx:10:12
!    |
! 10 | use_pair = stage(name = "use_pair", realize = sh("cat ~{pair / "x"} > $out/x"))
!    |            ^^^^^ this stage
!    |
!    = help: ~{paths(…)} gives all of them; a matcher like match_best(…) or match_latest() chooses one
? 1

$ plxc realize rare.plx#use_never --log=quiet
! error[E0812]: the stage needs the path of `never`, which has no realization here
!   --> rare.plx:12:13
!    |
! 12 | use_never = stage(name = "use_never", realize = sh("cat ~{never} > $out/x"))
!    |             ^^^^^ this stage
!    |
!    = note: the matcher of `never` was content with none
? 1

# E0813
$ plxc instantiate rare.plx#patient --plan plan.json > /dev/null; sed -i 's/"retry": 2/"retry": -2/' plan.json; plxc realize --plan plan.json --log=quiet
! error[E0813]: the option `retry` of `patient` is malformed
!   = note: the stage is defined at rare.plx:13
!   = help: it should be a whole number from 0 on
? 1

# E0820
$ echo 1 > file; plxc instantiate rare.plx#copied --plan plan.json > /dev/null; echo 2 > file; plxc realize --plan plan.json --log=quiet
! error[E0820]: $CASE/work/file changed while it was being used
!   = note: evaluation saw sha256:HASH1, now it is sha256:HASH2
!   = help: run the command again; a plan that was kept has to be made anew
? 1

# W0801
$ plxc realize rare.plx#best --log=quiet --arg best.n=9 > good

$ plxc realize rare.plx#best --log=quiet --arg best.n=1 --rebuild | diff - good
! warning[W0801]: none of the new realizations of `best` was chosen by its matcher
!   --> rare.plx:15:8
!    |
! 15 | best = stage(name = "best", realize = sh('''tr -dc 0-9 < $PLX_ARGS > $out/score'''), match = match_best("score"))
!    |        ^^^^^ this stage
!    |
!    = note: made: rref:HASH3-HASH4-best
!    = help: the matcher likes an earlier one better; match([exact([…])]) takes a certain one

# W0701
$ printf '{"name": "pinned", "of": "%s"}' $(cat good) > pinned.json; plxc store instantiate pinned.json
| dref:HASH5-pinned
! warning[W0701]: the config of `pinned` holds a reference to one realization
!   = note: it is rref:HASH6-HASH4-best
!   = help: use the stage or its dref: a realization cannot be planned for

# E0712, and a context that does not fit
$ mkdir made; echo [] > bad.json; plxc store commit $(plxc instantiate rare.plx#one) made --context bad.json
! error[E0712]: bad.json is not a context: it is no object
!   = note: a context is a JSON object that gives a list of rrefs for each dref
? 4

$ printf '{"%s": ["%s"]}' $(plxc instantiate rare.plx#pair) $(cat good) > wrong.json; plxc store commit $(plxc instantiate rare.plx#one) made --context wrong.json
! error[E0712]: wrong.json is not a context: a list holds an rref of another derivation
!   = note: a context is a JSON object that gives a list of rrefs for each dref
? 4

# E0717: of 17 drefs two begin with the same digit
$ digit=$(plxc instantiate rare.plx#many | cut -c6 | sort | uniq -d | head -n 1); plxc store path dref:$digit 2> told; sed -n 's/`dref:.` fits [0-9]*/`dref:D` fits N/p; /help/p' told
| error[E0717]: `dref:D` fits N things in the store
|   = help: give more of its digits

# E0833, E0832, E0830: a session that another process holds, that is damaged, and that lost what it was paused with
--- session.plx
raw = stage(name = "raw", data = promise / "data.txt", realize = sh("seq 3 > $data"))
fit = stage(name = "fit", data = raw.data, realize = sh("cp $data $out/copy"))
---
$ plxc realize session.plx#fit --interrupt fit --log=quiet > /dev/null 2>&1

$ flock "$PLX_ROOT/sessions/fit/lock" plxc continue fit
! error[E0833]: process PID is at work on the session `fit`
? 4

$ cp "$PLX_ROOT/sessions/fit/session.json" whole.json; echo '{' > "$PLX_ROOT/sessions/fit/session.json"; plxc continue fit; cp whole.json "$PLX_ROOT/sessions/fit/session.json"
! error[E0832]: $CASE/root/sessions/fit/session.json is no session that this plxc can read
!   = help: `plxc cancel fit` drops it, and what was made by hand

$ plxc store rm --force $(plxc store ls $(plxc instantiate session.plx#raw)) > /dev/null 2>&1; plxc continue fit --log=quiet
! error[E0830]: the realization of `raw` that was to be used is gone
!   = note: it was rref:HASH7-HASH8-raw
!   = help: if it can be realized again, as it was, that will do
!   = help: the session stays, with what was made by hand; `plxc cancel fit` drops it
? 4
