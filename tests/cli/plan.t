# A closure as a file: written by one process, realized by another, which needs no source.

--- p.plx
a = stage(name = "a", text = "hi", file = promise / "f", realize = sh('''echo "$text" > "$file"'''))
b = stage(name = "b", a = a.file, realize = sh('''cat "$a" "$a" > "$out/twice"'''))
---

$ plxc instantiate p.plx#b --plan plan.json
| dref:HASH1-b

$ cat plan.json
| {"version": 1, "derivations": [
| {"config": {"__realizer__": {"interpreter": ["sh", "-eu"], "kind": "script", "text": "echo \"$text\" > \"$file\""}, "file": ["__promise__", "f"], "name": "a", "text": "hi"}, "deps": [], "dref": "dref:HASH2-a", "matcher": {"exclusive": true, "keys": [], "rmax": 1, "rmin": 1}, "options": {}, "place": "p.plx:1", "realizer": {"interpreter": ["sh", "-eu"], "kind": "script", "text": "echo \"$text\" > \"$file\""}},
| {"config": {"__realizer__": {"interpreter": ["sh", "-eu"], "kind": "script", "text": "cat \"$a\" \"$a\" > \"$out/twice\""}, "a": ["dref:HASH2-a", "f"], "name": "b"}, "deps": ["dref:HASH2-a"], "dref": "dref:HASH1-b", "matcher": {"exclusive": true, "keys": [], "rmax": 1, "rmin": 1}, "options": {}, "place": "p.plx:2", "realizer": {"interpreter": ["sh", "-eu"], "kind": "script", "text": "cat \"$a\" \"$a\" > \"$out/twice\""}}
| ], "targets": ["dref:HASH1-b"]}

$ plxc instantiate p.plx#b --plan - | cmp - plan.json

$ rm p.plx; plxc realize -j 1 --plan plan.json
| rref:HASH3-HASH1-b
! plxc: a: started
! plxc: a: built in TIME
! plxc: b: started
! plxc: b: built in TIME
! plxc: 2 built in TIME

$ plxc realize --plan - < plan.json
| rref:HASH3-HASH1-b
! plxc: 2 reused in TIME

# It is read from any program, so everything in it is checked.

$ plxc realize --plan missing.json
! error[E1006]: cannot read the plan `missing.json`: No such file or directory
? 2

$ echo '[]' | plxc realize --plan -
! error[E0815]: standard input is no plan: its version is not 1
!   = help: `plxc instantiate --plan FILE` writes one
? 3

$ sed 's/"hi"/"ho"/' plan.json | plxc realize --plan -
! error[E0815]: standard input is no plan: the config of dref:HASH2-a is that of dref:HASH4-a
!   = help: `plxc instantiate --plan FILE` writes one
? 3

$ sed 's/\("realizer": .*\)cat/\1tac/' plan.json | plxc realize --plan -
! error[E0815]: standard input is no plan: the realizer of dref:HASH1-b is not that of its config
!   = help: `plxc instantiate --plan FILE` writes one
? 3

$ plxc instantiate p.plx --plan nowhere/plan.json
! error[E1006]: there is no file `p.plx`
!   = note: this folder has no .plx file
? 2

$ echo 'a = stage(name = "a", realize = sh(""))' > p.plx; plxc instantiate p.plx --plan nowhere/plan.json
! error[E1020]: cannot write the plan to `nowhere/plan.json`: No such file or directory
? 4
