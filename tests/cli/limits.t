# Limits of evaluation and how they are set.

--- deep.plx
down(n) = if n == 0 then 0 else down(n - 1)
list(n) = len(range(n))
text(n) = len(join(["0123456789" for i in range(n)], ""))
nested(n) = fold(range(n), null, fn (a, i) => [a])
endless(n) = { next = endless(n + 1) }
---

$ plxc eval --limit=call-depth=102 deep.plx -e 'down(100)'
| 0

$ plxc eval --limit=call-depth=101 deep.plx -e 'down(100)'
! error[E0420]: calls are nested more than 101 deep
!  --> deep.plx:1:33
!   |
! 1 | down(n) = if n == 0 then 0 else down(n - 1)
!   |                                 ^^^^^^^^^^^
!   |
!   = trace: in the call of `down` (deep.plx:1:33)
!            … the same 98 times more
!            in the call of `down` (<expr>:1:1)
!   = note: `--limit call-depth=N` sets another limit
!   = help: does the recursion end? `fold` and `range` walk long lists without it
? 3

$ plxc eval --limit list-items=2000 deep.plx -e 'list(2000)'
| 2000

$ plxc eval --limit list-items=2000 deep.plx -e 'list(2001)'
! error[E0423]: a list of 2001 elements is over the limit of 2000
!  --> deep.plx:2:15
!   |
! 2 | list(n) = len(range(n))
!   |               ^^^^^^^^
!   |
!   = trace: in the call of `list` (<expr>:1:1)
!   = note: `--limit list-items=N` sets another limit
? 3

$ plxc eval --limit string-bytes=2K deep.plx -e 'text(204)'
| 2040

$ plxc eval --limit string-bytes=2K deep.plx -e 'text(205)'
! error[E0422]: a string of 2050 bytes is over the limit of 2048
!  --> deep.plx:3:15
!   |
! 3 | text(n) = len(join(["0123456789" for i in range(n)], ""))
!   |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
!   |
!   = trace: in the call of `text` (<expr>:1:1)
!   = note: `--limit string-bytes=N` sets another limit
? 3

$ plxc eval --limit steps=1000 deep.plx -e 'list(500)'
| 500

$ plxc eval --limit steps=1000 deep.plx -e 'down(2000)'
! error[E0424]: evaluation takes more than 1000 steps
!  --> deep.plx:1:33
!   |
! 1 | down(n) = if n == 0 then 0 else down(n - 1)
!   |                                 ^^^^^^^^^^^
!   |
!   = trace: in the call of `down` (deep.plx:1:33)
!            … the same 991 times more
!            in the call of `down` (<expr>:1:1)
!   = note: `--limit steps=N` sets another limit
? 3

$ plxc eval --limit memory=20M deep.plx -e 'list(10000000)'
! error[E0421]: evaluation needs more than 20 MiB of memory
!  --> deep.plx:2:15
!   |
! 2 | list(n) = len(range(n))
!   |               ^^^^^^^^
!   |
!   = trace: in the call of `list` (<expr>:1:1)
!   = note: `--limit memory=N` sets another limit
? 3

# What is inside of itself, in whatever is done with it.
$ plxc eval --limit call-depth=200 deep.plx -e 'endless(0)'
! error[E0420]: the value is nested more than 200 deep
!  --> deep.plx:5:16
!   |
! 5 | endless(n) = { next = endless(n + 1) }
!   |                ^^^^
!   |
!   = note: `--limit call-depth=N` sets another limit
!   = help: does the value contain itself?
? 3

$ plxc eval --limit call-depth=200 deep.plx -e 'endless(0) == endless(0)'
! error[E0420]: the compared values are nested more than 200 deep
!  --> <expr>:1:1
!   |
! 1 | endless(0) == endless(0)
!   | ^^^^^^^^^^^^^^^^^^^^^^^^
!   |
!   = note: `--limit call-depth=N` sets another limit
!   = help: do they contain themselves?
? 3

$ plxc eval --limit call-depth=200 deep.plx -e 'unique([endless(0)])'
! error[E0420]: the compared values are nested more than 200 deep
!  --> <expr>:1:8
!   |
! 1 | unique([endless(0)])
!   |        ^^^^^^^^^^^^
!   |
!   = trace: in the call of `unique` (<expr>:1:1)
!   = note: `--limit call-depth=N` sets another limit
!   = help: do they contain themselves?
? 3

$ plxc eval --limit call-depth=200 deep.plx -e 'to_json(endless(0))'
! error[E0420]: the value is nested more than 200 deep
!  --> deep.plx:5:16
!   |
! 5 | endless(n) = { next = endless(n + 1) }
!   |                ^^^^
!   |
!   = trace: in the call of `to_json` (<expr>:1:1)
!   = note: `--limit call-depth=N` sets another limit
!   = help: does the value contain itself?
? 3

$ plxc eval --limit call-depth=200 deep.plx -e 'let type T = { next: T } x: T = endless(0) in x'
! error[E0420]: the value is nested more than 200 deep
!  --> deep.plx:5:16
!   |
! 5 | endless(n) = { next = endless(n + 1) }
!   |                ^^^^
!   |
!   = note: `--limit call-depth=N` sets another limit
!   = help: does the value contain itself?
? 3

$ plxc eval --limit call-depth=200 deep.plx -e 'nested(201) < nested(201)'
! error[E0420]: the compared values are nested more than 200 deep
!  --> <expr>:1:1
!   |
! 1 | nested(201) < nested(201)
!   | ^^^^^^^^^^^^^^^^^^^^^^^^^
!   |
!   = note: `--limit call-depth=N` sets another limit
!   = help: do they contain themselves?
? 3

$ plxc eval --limit nesting=60 -e 'type_of([[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]])'
| "List"

$ plxc eval --limit nesting=60 -e 'type_of([[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]])'
! error[E0202]: the source nests deeper than 60 levels
!  --> <expr>:1:68
!   |
! 1 | type_of([[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]])
!   |                                                                    ^ one level too many
!   |
!   = note: `--limit nesting=N` sets another limit
!   = help: give inner parts of it names, with `let` or with bindings
? 3

# Each mistake of the command line is told.
$ plxc eval --limit calldepth=500 --limit memory=5x --limit memory=1K --limit steps=0 --limit nesting=5 --limit x -e 1
! error[E1004]: there is no limit `calldepth`
!   = note: there are `call-depth`, `list-items`, `memory`, `nesting`, `steps`, `string-bytes`
!   = help: did you mean `call-depth`?
! error[E1004]: the limit `memory` cannot be `5x`
!   = note: it is a size such as `500M` or `8G`
! error[E1004]: the limit `memory` cannot be `1K`
!   = note: it is from 16.0 MiB to 1024.0 PiB
! error[E1004]: the limit `steps` cannot be `0`
!   = note: it is a whole number from 1 to 9223372036854775807
! error[E1004]: the limit `nesting` cannot be `5`
!   = note: it is a whole number from 50 to 4000
! error[E1004]: `--limit` cannot be `x`
!   = note: there is no `=` in it
!   = help: `--limit=NAME=N`: allow evaluation more or less: call-depth, list-items, memory, nesting, steps, string-bytes
? 2
