# check finds what can be known without building; test runs tests.

--- good.plx
x = 1
s = stage(name = "s", x = x, realize = sh("exit 1"))
---
--- bad.plx
a = unknown
b = 1 + "x"
c = stage(name = "no good", realize = sh(""))
d = [1, 2
e = 3
---
--- wrong.plx
a = unknown
b = lenn("x")
---
--- values.plx
a = 1 + "x"
b = { k = [1][3] }
c = stage(name = "no good", realize = sh(""))
---
--- library.plx
param size: Int
## Needs a size.
double = size * 2
---

$ plxc check good.plx

$ plxc check bad.plx
! error[E0203]: `[` is never closed
!  --> bad.plx:4:5
!   |
! 4 | d = [1, 2
!   |     ^ no `]` closes it
! 5 | e = 3
!   | - a new binding seems to begin here
! error[E0301]: `unknown` is not defined
!  --> bad.plx:1:5
!   |
! 1 | a = unknown
!   |     ^^^^^^^ not found here
! plxc: 2 errors
? 3

$ plxc check wrong.plx
! error[E0301]: `unknown` is not defined
!  --> wrong.plx:1:5
!   |
! 1 | a = unknown
!   |     ^^^^^^^ not found here
! error[E0301]: `lenn` is not defined
!  --> wrong.plx:2:5
!   |
! 2 | b = lenn("x")
!   |     ^^^^ not found here
!   |
!   = help: did you mean `len`?
! plxc: 2 errors
? 3

$ plxc check values.plx good.plx
! error[E0401]: `+` cannot take an Int and a Str
!  --> values.plx:1:7
!   |
! 1 | a = 1 + "x"
!   |     - ^ --- this is a Str
!   |     |
!   |     this is an Int
!   |
!   = trace: while evaluating `a` (values.plx:1:1)
!   = help: there are no implicit conversions: "~{value}" makes a string of a value
! error[E0405]: the index 3 is outside of a list of 1
!  --> values.plx:2:15
!   |
! 2 | b = { k = [1][3] }
!   |               ^
!   |
!   = trace: in the field `k` (values.plx:2:7)
!   = note: indices count from 0, so the last one is 0
! error[E0602]: "no good" is no name for a stage
!  --> values.plx:3:11
!   |
! 3 | c = stage(name = "no good", realize = sh(""))
!   |           ^^^^
!   |
!   = trace: in the call of `stage` (values.plx:3:5)
!            while evaluating `c` (values.plx:3:1)
!   = note: a name is 1 to 200 letters, digits, `_` and `-`
! plxc: 3 errors
? 3

$ plxc check library.plx

$ plxc check library.plx --set size=x
! error[E1012]: `x` is no value for the param `size`
!  --> library.plx:1:13
!   |
! 1 | param size: Int
!   |             ^^^ it is declared as an Int
! plxc: 1 error
? 2

$ plxc check nothing.plx
! error[E1006]: there is no file `nothing.plx`
!   = note: this folder has `bad.plx`, `good.plx`, `library.plx`, `values.plx`, `wrong.plx`
! plxc: 1 error
? 2

--- tests.plx
double(x) = x * 2
test "doubles" = double(2) == 4
test "strings # are \\ not numbers" = double(3) == 7
test "this breaks" = double("x") == 0
---

$ plxc test tests.plx
| ok      doubles
| FAILED  strings # are \ not numbers
| FAILED  this breaks
| 1 of 3 tests passed
! error[E0426]: the test "strings # are \ not numbers" failed
!  --> tests.plx:3:39
!   |
! 3 | test "strings # are \\ not numbers" = double(3) == 7
!   |                                       ^^^^^^^^^^^^^^ this is 7
!   |                                       |
!   |                                       this is 6
! error[E0401]: `*` cannot take a Str and an Int
!  --> tests.plx:1:15
!   |
! 1 | double(x) = x * 2
!   |             - ^ - this is an Int
!   |             |
!   |             this is a Str
!   |
!   = trace: in the call of `double` (tests.plx:4:22)
? 5

$ plxc test --tap tests.plx
| TAP version 14
| ok 1 - doubles
| not ok 2 - strings \# are \\ not numbers
|   ---
|   details: |
|     error[E0426]: the test "strings # are \ not numbers" failed
|      --> tests.plx:3:39
|       |
|     3 | test "strings # are \\ not numbers" = double(3) == 7
|       |                                       ^^^^^^^^^^^^^^ this is 7
|       |                                       |
|       |                                       this is 6
|   ...
| not ok 3 - this breaks
|   ---
|   details: |
|     error[E0401]: `*` cannot take a Str and an Int
|      --> tests.plx:1:15
|       |
|     1 | double(x) = x * 2
|       |             - ^ - this is an Int
|       |             |
|       |             this is a Str
|       |
|       = trace: in the call of `double` (tests.plx:4:22)
|   ...
| 1..3
! error[E0426]: the test "strings # are \ not numbers" failed
!  --> tests.plx:3:39
!   |
! 3 | test "strings # are \\ not numbers" = double(3) == 7
!   |                                       ^^^^^^^^^^^^^^ this is 7
!   |                                       |
!   |                                       this is 6
! error[E0401]: `*` cannot take a Str and an Int
!  --> tests.plx:1:15
!   |
! 1 | double(x) = x * 2
!   |             - ^ - this is an Int
!   |             |
!   |             this is a Str
!   |
!   = trace: in the call of `double` (tests.plx:4:22)
? 5

$ plxc test good.plx
| no tests

$ plxc test bad.plx good.plx
! error[E0203]: `[` is never closed
!  --> bad.plx:4:5
!   |
! 4 | d = [1, 2
!   |     ^ no `]` closes it
! 5 | e = 3
!   | - a new binding seems to begin here
! error[E0301]: `unknown` is not defined
!  --> bad.plx:1:5
!   |
! 1 | a = unknown
!   |     ^^^^^^^ not found here
? 3

--- lints.plx
lib = import("./good.plx")
_rate = 0.1
scale(x, rate) = x * 2
twice(x, _) = scale(x)
once(opt: "adam" | "sgd") = if opt == "adm" then twice(1) else 2  # allow: unreachable
t = stage(name = "t", log = promise / "log.txt", realize = sh("true"))
---

$ plxc check lints.plx
! warning[W1103]: the import `lib` is never used
!  --> lints.plx:1:1
!   |
! 1 | lib = import("./good.plx")
!   | ^^^
!   |
!   = help: `# allow: unused` behind it keeps it for importers
! warning[W1101]: `_rate` is never used
!  --> lints.plx:2:1
!   |
! 2 | _rate = 0.1
!   | ^^^^^
! warning[W1102]: the parameter `rate` is never used
!  --> lints.plx:3:10
!   |
! 3 | scale(x, rate) = x * 2
!   |          ^^^^
!   |
!   = help: a name like `_rate` says that it is meant to be so
! error[E0404]: `scale` lacks its argument `rate`
!  --> lints.plx:4:15
!   |
! 3 | scale(x, rate) = x * 2
!   | ----- the function is defined here
! 4 | twice(x, _) = scale(x)
!   |               ^^^^^^^^
! error[E0404]: `twice` lacks its argument `_`
!  --> lints.plx:5:50
!   |
! 4 | twice(x, _) = scale(x)
!   | ----- the function is defined here
! 5 | once(opt: "adam" | "sgd") = if opt == "adm" then twice(1) else 2  # allow: unreachable
!   |                                                  ^^^^^^^^
! warning[W1107]: the script of the stage does not mention the promise `log`
!  --> lints.plx:6:23
!   |
! 6 | t = stage(name = "t", log = promise / "log.txt", realize = sh("true"))
!   |                       ^^^
!   |
!   = note: it gets the path as `log`; a promise that is not kept is an error
!   = help: `claim` instead of `promise` is for files that may or may not come to be
! plxc: 2 errors, 4 warnings
? 3
