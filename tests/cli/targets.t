# What a target can be, and what is said when it is none.

--- lib.plx
square(x) = x * x
_hidden = 3
size = 4
---
--- stages.plx
one = stage(name = "one", realize = sh('''touch "$out/a"'''))
runs = { "lr_~{i}" = stage(name = "run", i = i, realize = sh('''echo "$i" > "$out/i"''')) for i in range(2) }
_private = stage(name = "private", realize = sh(""))
make(x) = stage(name = "made", x = x, realize = sh(""))
number = 5
---
--- default.plx
default = stage(name = "chosen", realize = sh('''touch "$out/a"'''))
other = stage(name = "other", realize = sh('''touch "$out/b"'''))
---

# All public stages, or `default`.

$ plxc instantiate stages.plx
| dref:HASH1-one
| dref:HASH2-run
| dref:HASH3-run

$ plxc instantiate default.plx
| dref:HASH4-chosen

$ plxc instantiate stages.plx#runs
| dref:HASH2-run
| dref:HASH3-run

$ plxc instantiate stages.plx#runs.lr_1
| dref:HASH3-run

$ plxc instantiate --json stages.plx#one default.plx
| [
|     {
|         "dref": "dref:HASH1-one",
|         "name": "one",
|         "target": "stages.plx#one"
|     },
|     {
|         "dref": "dref:HASH4-chosen",
|         "name": "chosen",
|         "target": "default.plx"
|     }
| ]

$ plxc instantiate missing.plx
! error[E1006]: there is no file `missing.plx`
!   = note: this folder has `default.plx`, `lib.plx`, `stages.plx`
? 2

$ plxc instantiate stage.plx
! error[E1006]: there is no file `stage.plx`
!   = help: did you mean `stages.plx`?
? 2

$ plxc instantiate stages
! error[E1006]: there is no file `stages`
!   = help: did you mean `stages.plx`?
? 2

$ plxc instantiate nowhere/stages.plx
! error[E1006]: there is no file `nowhere/stages.plx`
!   = note: there is no folder `nowhere` either
? 2

$ plxc instantiate ''
! error[E1007]: `` is no target
!   = help: a target is a file (`pipeline.plx`) or a name in it (`pipeline.plx#train`)
? 2

$ plxc instantiate '#one'
! error[E1007]: `#one` is no target
!   = help: a target is a file (`pipeline.plx`) or a name in it (`pipeline.plx#train`)
? 2

$ plxc instantiate stages.plx#
! error[E1007]: `stages.plx#` is no target
!   = help: a target is a file (`pipeline.plx`) or a name in it (`pipeline.plx#train`)
? 2

$ cp default.plx 'odd#name.plx'; plxc instantiate 'odd#name.plx#other'
| dref:HASH5-other

$ mkdir sub; cp lib.plx sub; plxc instantiate sub
! error[E1006]: `sub` is a folder, not a plx file
!   = note: sub has `lib.plx`
? 2

$ plxc instantiate stages.plx#noe
! error[E1007]: `stages.plx` does not define `noe`
!   = note: `stages.plx` defines: one, runs, make(…), number
!   = help: did you mean `stages.plx#one`?
? 2

$ plxc instantiate stages.plx#nothing
! error[E1007]: `stages.plx` does not define `nothing`
!   = note: `stages.plx` defines: one, runs, make(…), number
? 2

$ plxc instantiate stages.plx#_private
! error[E1007]: `_private` of `stages.plx` is private
!  --> stages.plx:3:1
!   |
! 3 | _private = stage(name = "private", realize = sh(""))
!   | ^^^^^^^^ names that begin with `_` are private
!   |
!   = help: give it a public name to use it as a target
? 2

$ plxc instantiate stages.plx#make
! error[E1008]: `stages.plx#make` is a Fn, which holds no stage
!  --> stages.plx:4:1
!   |
! 4 | make(x) = stage(name = "made", x = x, realize = sh(""))
!   | ^^^^ defined here
!   |
!   = note: `stages.plx` defines: one, runs, make(…), number
!   = help: bind the result of a call to a name, and use that as the target
? 2

$ plxc instantiate stages.plx#number
! error[E1008]: `stages.plx#number` is an Int, which holds no stage
!  --> stages.plx:5:1
!   |
! 5 | number = 5
!   | ^^^^^^ defined here
!   |
!   = note: `stages.plx` defines: one, runs, make(…), number
!   = help: `plxc eval 'stages.plx#number'` prints the value
? 2

$ plxc instantiate stages.plx#runs.lr_7
! error[E0305]: there is no `runs.lr_7`
!   = help: did you mean `lr_0`?
? 2

$ plxc instantiate lib.plx
! error[E1009]: `lib.plx` has no public stage
!   = note: `lib.plx` defines: square(…), size
? 2

# A derivation of the store, by its dref or the beginning of one.

$ plxc realize stages.plx#one --log=quiet --print=dref > dref; cat dref
| dref:HASH1-one

$ plxc realize --log=quiet "$(cat dref)"
| rref:HASH6-HASH1-one

$ plxc realize --log=quiet "$(cut -c -15 dref)"
| rref:HASH6-HASH1-one

$ plxc realize --log=quiet "$(plxc instantiate stages.plx#runs.lr_1)"
! error[E0805]: `run` must be built, but nothing says how
!   = note: dref:HASH3-run is known by its config only
!   = help: use the stage itself, not its dref
? 1

$ plxc realize --log=quiet dref:ffff
! error[E0701]: nothing in the store fits `dref:ffff`
!   = help: `plxc store ls` lists all that is there
? 2

# Params.

--- params.plx
param name: Str
param times: Int = 2
greeting = join([name for _ in range(times)], " ")
---

$ plxc eval params.plx#greeting --set name=ho --set times=3
| "ho ho ho"

$ plxc eval params.plx#greeting --set name=ho
| "ho ho"

$ plxc eval params.plx#greeting
! error[E1010]: the param `name` has no value
!  --> params.plx:1:7
!   |
! 1 | param name: Str
!   |       ^^^^ it has no default
!   |
!   = help: give it one: --set name=VALUE
? 2

$ plxc eval params.plx#greeting --set name=ho --set times=many
! error[E1012]: `many` is no value for the param `times`
!  --> params.plx:2:14
!   |
! 2 | param times: Int = 2
!   |              ^^^ it is declared as an Int
? 2

$ plxc eval params.plx#greeting --set nmae=ho
! error[E1011]: params.plx has no param `nmae`
!   = help: did you mean `name`?
! error[E1010]: the param `name` has no value
!  --> params.plx:1:7
!   |
! 1 | param name: Str
!   |       ^^^^ it has no default
!   |
!   = help: give it one: --set name=VALUE
? 2

# One mistake is told once, however many targets are of that file.
--- wrong.plx
param epochs: Int
param rate: Float = 0.1
a = epochs
b = rate
---
$ plxc realize wrong.plx#a wrong.plx#b --set epochs=many --set rat=1
! error[E1012]: `many` is no value for the param `epochs`
!  --> wrong.plx:1:15
!   |
! 1 | param epochs: Int
!   |               ^^^ it is declared as an Int
! error[E1011]: wrong.plx has no param `rat`
!   = help: did you mean `rate`?
? 2

$ plxc realize missing.plx#a missing.plx#b
! error[E1006]: there is no file `missing.plx`
!   = note: this folder has `default.plx`, `lib.plx`, `odd#name.plx`, `params.plx`, `stages.plx`, `wrong.plx`
? 2
