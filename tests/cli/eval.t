# Values, for people and as JSON.

--- values.plx
## A few of each kind.
n = 1 + 2
text = "a ~{n}"
list = [1, 2.5, true, null]
record = { b = n, a = { c = list } }
f(x) = x + n
s = stage(name = "s", file = promise / "f", realize = sh(""))
ref = s.file
_private = 7
---

$ plxc eval -e '1 + 2'
| 3

$ plxc eval -e '"tab\tquote\""'
| "tab\tquote\""

$ plxc eval --json -e '{ b = [1, 2.0], "a b" = null }'
| {
|     "a b": null,
|     "b": [
|         1,
|         2.0
|     ]
| }

$ plxc eval values.plx
| {
|   f = <fn f>,
|   list = [1, 2.5, true, null],
|   n = 3,
|   record = { a = { c = [1, 2.5, true, null] }, b = 3 },
|   ref = <ref dref:HASH1-s / "f">,
|   s = <stage dref:HASH1-s>,
|   text = "a 3",
| }

$ plxc eval --strict values.plx#record
| { a = { c = [1, 2.5, true, null] }, b = 3 }

$ plxc eval values.plx#record.a.c
| [1, 2.5, true, null]

$ plxc eval --json values.plx#ref
| [
|     "dref:HASH1-s",
|     "f"
| ]

$ plxc eval --json values.plx#f
! error[E0427]: a function cannot be written as JSON
? 3

$ plxc eval values.plx -e 'f(_private) * len(list)'
| 40

$ plxc eval values.plx#n -e n
! error[E1016]: `--expr` and the name `n` exclude each other
!   = help: `plxc eval values.plx -e n` evaluates it in the scope of that file
? 2

$ plxc eval values.plx#recrod
! error[E1007]: `values.plx` does not define `recrod`
!   = note: `values.plx` defines: n, text, list, record, f(…), s, ref
!   = help: did you mean `values.plx#record`?
? 2

$ plxc eval -e '1 +'
! error[E0201]: expected an expression, found the end of the text
!  --> <expr>:1:3
!   |
! 1 | 1 +
!   |   ^ nothing comes after this
? 3

$ plxc eval -e '1 / 0'
! error[E0407]: division by zero
!  --> <expr>:1:3
!   |
! 1 | 1 / 0
!   |   ^ - this is 0
? 3

$ plxc eval -e 'lne([1])'
! error[E0301]: `lne` is not defined
!  --> <expr>:1:1
!   |
! 1 | lne([1])
!   | ^^^ not found here
!   |
!   = help: did you mean `len`?
? 3

$ plxc eval -e 'trace(5, "seen")'
| 5
! plxc: trace: <expr>:1: seen: 5

$ plxc eval --error-format=json -e 'lne([1])'
! {"code": "E0301", "excerpt": null, "help": ["did you mean `len`?"], "labels": [{"column": 1, "end_column": 4, "end_line": 1, "file": "<expr>", "line": 1, "primary": true, "text": "not found here"}], "message": "`lne` is not defined", "notes": [], "severity": "error", "trace": []}
? 3

# A reader who has had enough.

$ plxc eval -e 'range(100000)' | head -n 1 | cut -c -20
| [
