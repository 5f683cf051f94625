# When realizers fail, several of them, or are tried again.

--- three.plx
good = stage(name = "good", realize = sh('''touch "$out/a"'''))
bad = stage(name = "bad", realize = sh('''echo "no luck"; exit 7'''))
after = stage(name = "after", bad = bad, good = good, realize = sh('''touch "$out/a"'''))
other = stage(name = "other", realize = sh('''touch "$out/b"'''))
---

# Without --keep-going nothing new begins after a failure; with it, what does not depend on the failure is built and printed.

$ plxc realize -j 1 three.plx#bad three.plx#other
! plxc: bad: started
! error[E0801]: `bad` failed with exit status 7
!  --> three.plx:2:7
!   |
! 2 | bad = stage(name = "bad", realize = sh('''echo "no luck"; exit 7'''))
!   |       ^^^^^ this stage
!   |
!   : no luck
!   |
!   = note: the whole log is in $CASE/root/log/HASH1-bad.log
!   = help: `plxc log dref:HASH1-bad` shows it
! plxc: 1 failed in TIME
? 1

$ plxc realize -j 1 -k three.plx#after three.plx#other 2> messages
| rref:HASH2-HASH3-other
? 1

$ grep ^plxc: messages | LC_ALL=C sort
| plxc: 2 built, 1 failed, 1 skipped in TIME
| plxc: bad: started
| plxc: good: built in TIME
| plxc: good: started
| plxc: other: built in TIME
| plxc: other: started

$ grep ^error messages
| error[E0801]: `bad` failed with exit status 7

$ plxc realize -j 1 three.plx#bad --json --keep-going --log=quiet
| [
|     {
|         "dref": "dref:HASH1-bad",
|         "name": "bad",
|         "paths": [],
|         "rrefs": [],
|         "state": "failed",
|         "target": "three.plx#bad"
|     }
| ]
! error[E0801]: `bad` failed with exit status 7
!  --> three.plx:2:7
!   |
! 2 | bad = stage(name = "bad", realize = sh('''echo "no luck"; exit 7'''))
!   |       ^^^^^ this stage
!   |
!   : no luck
!   |
!   = note: the whole log is in $CASE/root/log/HASH1-bad.log
!   = help: `plxc log dref:HASH1-bad` shows it
? 1

$ plxc realize -j 1 three.plx#bad --error-format=json | head -c 0
! {"code": "E0801", "excerpt": "no luck\n", "help": ["`plxc log dref:HASH1-bad` shows it"], "labels": [{"column": 7, "end_column": 12, "end_line": 2, "file": "three.plx", "line": 2, "primary": true, "text": "this stage"}], "message": "`bad` failed with exit status 7", "notes": ["the whole log is in $CASE/root/log/HASH1-bad.log"], "severity": "error", "trace": []}

# Tried again: it succeeds the second time, by what the first one left.

--- again.plx
flaky = stage(
  name = "flaky",
  passenv = ["CASE"],
  realize = sh('''
    touch "$out/done"
    if [ ! -e "$CASE/tried" ]; then touch "$CASE/tried"; exit 1; fi
  '''),
)
---

$ plxc realize -j 1 again.plx --retry=1
| rref:HASH4-HASH5-flaky
! plxc: flaky: started
! plxc: flaky: try 1 of 2: failed with exit status 1; the next one follows in TIME
! plxc: flaky: started, try 2 of 2
! plxc: flaky: built in TIME
! plxc: 1 built in TIME

--- tries.plx
late = stage(name = "late", timeout = 0.1, realize = exec(["sleep", "1000"]))
broken = stage(name = "broken", x = promise / "x", realize = sh("true"))
---

$ plxc realize -j 1 tries.plx#late --retry=1
! plxc: late: started
! plxc: late: try 1 of 2: did not end within its 0.1 seconds; the next one follows in TIME
! plxc: late: started, try 2 of 2
! error[E0803]: `late` did not end within its 0.1 seconds
!  --> tries.plx:1:8
!   |
! 1 | late = stage(name = "late", timeout = 0.1, realize = exec(["sleep", "1000"]))
!   |        ^^^^^ this stage
!   |
!   = note: it wrote nothing to its log
! plxc: 1 failed in TIME
? 1

$ plxc realize -j 1 tries.plx#broken --retry=1
! plxc: broken: started
! plxc: broken: try 1 of 2: the promise `x` of `broken` was not kept: `x` does not exist in the output; the next one follows in TIME
! plxc: broken: started, try 2 of 2
! error[E0716]: the promise `x` of `broken` was not kept: `x` does not exist in the output
!  --> tries.plx:2:10
!   |
! 2 | broken = stage(name = "broken", x = promise / "x", realize = sh("true"))
!   |          ^^^^^ this stage
!   |
!   = note: the output is empty
!   = note: it wrote nothing to its log
! plxc: 1 failed in TIME
? 1

# Which of several with one name and place.

--- same.plx
make(n) = stage(name = "same", n = n, x = promise / "x", realize = sh('''test "$n" = 1 || touch "$x"; exit "$((n / 3))"'''))
all = [make(1), make(2), make(3)]
---

$ plxc realize -j 1 -k same.plx#all --log=quiet
| rref:HASH6-HASH7-same
! error[E0716]: the promise `x` of `same` was not kept: `x` does not exist in the output
!  --> same.plx:1:11
!   |
! 1 | make(n) = stage(name = "same", n = n, x = promise / "x", realize = sh('''test "$n" = 1 || touch "$x"; exit "$((n / 3))"'''))
!   |           ^^^^^ this stage
!   |
!   = note: the output is empty
!   = note: it wrote nothing to its log
!   = note: it is dref:HASH8-same
! error[E0801]: `same` failed with exit status 1
!  --> same.plx:1:11
!   |
! 1 | make(n) = stage(name = "same", n = n, x = promise / "x", realize = sh('''test "$n" = 1 || touch "$x"; exit "$((n / 3))"'''))
!   |           ^^^^^ this stage
!   |
!   = note: it wrote nothing to its log
!   = note: it is dref:HASH9-same
? 1

# Killed by a signal, out of time, not to be found.

--- ends.plx
killed = stage(name = "killed", realize = sh('''kill -SEGV $$'''))
late = stage(name = "late", timeout = 1, realize = exec(["sleep", "1000"]))
absent = stage(name = "absent", realize = exec(["no-such-program", "x"]))
---

$ plxc realize -j 1 ends.plx#killed
! plxc: killed: started
! error[E0802]: `killed` was killed by signal 11 (SIGSEGV)
!  --> ends.plx:1:10
!   |
! 1 | killed = stage(name = "killed", realize = sh('''kill -SEGV $$'''))
!   |          ^^^^^ this stage
!   |
!   = note: it wrote nothing to its log
! plxc: 1 failed in TIME
? 1

$ plxc realize -j 1 ends.plx#late
! plxc: late: started
! error[E0803]: `late` did not end within its 1 second
!  --> ends.plx:2:8
!   |
! 2 | late = stage(name = "late", timeout = 1, realize = exec(["sleep", "1000"]))
!   |        ^^^^^ this stage
!   |
!   = note: it wrote nothing to its log
! plxc: 1 failed in TIME
? 1

# One that prints nothing for too long. What was printed before does not help it; what is printed again and again does.

--- silent.plx
stuck = stage(name = "stuck", silent_timeout = 1, realize = sh('''echo begun; exec sleep 1000'''))
mute = stage(name = "mute", realize = exec(["sleep", "1000"]))
talks = stage(name = "talks", silent_timeout = 3, realize = sh('''
  begin=$(date +%s)
  while test $(($(date +%s) - begin)) -lt 5; do
    echo at work
    sleep 0.1
  done
'''))
---

$ plxc realize -j 1 silent.plx#stuck
! plxc: stuck: started
! error[E0808]: `stuck` was ended: it had printed nothing for 1 second
!  --> silent.plx:1:9
!   |
! 1 | stuck = stage(name = "stuck", silent_timeout = 1, realize = sh('''echo begun; exec sleep 1000'''))
!   |         ^^^^^ this stage
!   |
!   : begun
!   |
!   = note: the whole log is in $CASE/root/log/HASH10-stuck.log
!   = help: if it is at work all the same, let it print something now and then, or give it more time with `silent_timeout`
!   = help: `plxc log dref:HASH10-stuck` shows it
! plxc: 1 failed in TIME
? 1
$ plxc realize -j 1 silent.plx#mute --silent-timeout=1 --log=quiet
! error[E0808]: `mute` was ended: it had printed nothing for 1 second
!  --> silent.plx:2:8
!   |
! 2 | mute = stage(name = "mute", realize = exec(["sleep", "1000"]))
!   |        ^^^^^ this stage
!   |
!   = note: it wrote nothing to its log
!   = help: if it is at work all the same, let it print something now and then, or give it more time with `silent_timeout`
? 1
$ plxc realize -j 1 silent.plx#talks --silent-timeout=1 --log=quiet
| rref:HASH11-HASH12-talks

# What it printed last came right after the log was looked at first: that buys no second period.

--- late.plx
late = [stage(name = "late", n = i, silent_timeout = 1, realize = sh('''echo begun; exec sleep 1.8''')) for i in range(6)]
---
$ plxc realize -k -j 6 late.plx#late --log=quiet 2>&1 | grep -c '^error.E0808.'
| 6
$ plxc realize -j 1 silent.plx#mute --silent-timeout=0
! error[E1004]: `--silent-timeout` cannot be `0`
!   = note: it is a whole number from 1 to 2147483647
!   = help: `--silent-timeout=SECONDS`: kill a realizer that prints nothing for that time, where its stage does not set one
? 2
$ plxc realize -j 1 ends.plx#absent
! error[E0804]: `absent` cannot run `no-such-program`: No such file or directory
!  --> ends.plx:3:10
!   |
! 3 | absent = stage(name = "absent", realize = exec(["no-such-program", "x"]))
!   |          ^^^^^ this stage
!   |
!   = help: install it, or add its folder to PATH, which is $BIN:/usr/local/bin:/usr/bin:/bin
! plxc: 1 failed in TIME
? 1

# More workers than there may be open files.

$ ulimit -n 40; plxc realize -j 100 ends.plx#late
! error[E0816]: cannot start 100 worker processes: Too many open files
!   = help: use a smaller -j, or allow more open files: `ulimit -n`
? 4

# No realization within a realizer on the same store, and no realization added to it.

--- nested.plx
inner = stage(name = "inner", realize = sh('''touch "$out/a"'''))
outer = stage(name = "outer", passenv = ["CASE"], realize = sh('''plxc realize "$CASE/work/nested.plx#inner"'''))
commits = stage(name = "commits", realize = sh('''mkdir x; plxc store commit "$PLX_DREF" x'''))
apart = stage(name = "apart", passenv = ["CASE"], realize = sh('''
  PLX_STORE= PLX_ROOT="$PWD/root" plxc realize "$CASE/work/nested.plx#inner" > "$out/rref"'''))
---

$ plxc realize -j 1 nested.plx#commits
! plxc: commits: started
! error[E0801]: `commits` failed with exit status 2
!  --> nested.plx:3:11
!   |
! 3 | commits = stage(name = "commits", realize = sh('''mkdir x; plxc store commit "$PLX_DREF" x'''))
!   |           ^^^^^ this stage
!   |
!   : error[E0821]: a realizer cannot commit to the store that it is realized in
!   :   = note: this runs inside of the realizer of dref:HASH13-commits
!   :   = help: make what is needed a dependency of the stage, or use another store: `PLX_STORE= PLX_ROOT=FOLDER plxc …`
!   |
!   = note: the whole log is in $CASE/root/log/HASH13-commits.log
!   = help: `plxc log dref:HASH13-commits` shows it
! plxc: 1 failed in TIME
? 1

$ plxc realize -j 1 nested.plx#apart --log=quiet
| rref:HASH14-HASH15-apart

$ plxc realize -j 1 nested.plx#outer
! plxc: outer: started
! error[E0801]: `outer` failed with exit status 2
!  --> nested.plx:2:9
!   |
! 2 | outer = stage(name = "outer", passenv = ["CASE"], realize = sh('''plxc realize "$CASE/work/nested.plx#inner"'''))
!   |         ^^^^^ this stage
!   |
!   : error[E0821]: a realizer cannot realize in the store that it is realized in
!   :   = note: this runs inside of the realizer of dref:HASH16-outer
!   :   = help: make what is needed a dependency of the stage, or use another store: `PLX_STORE= PLX_ROOT=FOLDER plxc …`
!   |
!   = note: the whole log is in $CASE/root/log/HASH16-outer.log
!   = help: `plxc log dref:HASH16-outer` shows it
! plxc: 1 failed in TIME
? 1
