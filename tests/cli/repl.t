# The REPL as a filter: what is typed comes on standard input. Its other side is terminal.py's and repl_terminal_test.py's.

--- lib.plx
## Twice as much.
twice(x: Int) -> Int = x * 2
type Size = Int
_hidden = 1
---
--- p.plx
param epochs: Int = 20

type Optimizer = "adam" | "sgd"

lib = import("./lib.plx")

## Trains for `epochs` epochs.
train(lr: Float = 1e-3) -> Stage = stage(
  name     = "train",
  lr       = lr,
  epochs   = epochs,
  model    = promise / "model.txt",
  match    = match_latest(),
  realize  = sh('''echo "lr $lr"; echo "$lr $epochs" > $model'''),
)

fit = train(0.1)
_private = 7
report = stage(name = "report", model = fit.model, realize = sh('''cat $model > $out/report.txt'''))
---

# Expressions, bindings, and what is not complete.

$ plxc repl <<'END'
> 1 + 2
> x = 20
> f(a) =
>   a + 1
> f(x)
> [it, it * 2]
> text = '''
>   one
>     two
> '''
> text
> # a comment
> if x == 20
> then "yes"
> else "no"
> END
| 3
| 21
| [21, 42]
| "one\n  two\n"
| "yes"

# An error ends the input, not the session; it is the exit status.

$ plxc repl <<'END'
> 1 / 0
> y = nope
> y
> "a
> 1 +
> )
> 2
> x
> = 1
> END
| 2
! error[E0407]: division by zero
!  --> <repl:1>:1:3
!   |
! 1 | 1 / 0
!   |   ^ - this is 0
! error[E0301]: `nope` is not defined
!  --> <repl:2>:1:5
!   |
! 1 | y = nope
!   |     ^^^^ not found here
! error[E0301]: `y` is not defined
!  --> <repl:3>:1:1
!   |
! 1 | y
!   | ^ not found here
! error[E0104]: a string is not closed on its line
!  --> <repl:4>:1:1
!   |
! 1 | "a
!   | ^^ the closing `"` is missing
!   |
!   = help: a text of several lines stands in '''…'''
! error[E0204]: `)` closes nothing
!  --> <repl:5>:2:1
!   |
! 2 | )
!   | ^ no bracket is open here
! error[E0301]: `x` is not defined
!  --> <repl:7>:1:1
!   |
! 1 | x
!   | ^ not found here
! error[E0201]: expected an expression, found `=`
!  --> <repl:8>:1:1
!   |
! 1 | = 1
!   | ^ not expected here
? 3

$ echo '1 + 1' | plxc repl; printf '"no newline"' | plxc repl; printf '' | plxc repl; printf '(1 +' | plxc repl
| 2
| "no newline"
! error[E0203]: `(` is never closed
!  --> <repl:1>:1:1
!   |
! 1 | (1 +
!   | ^ no `)` closes it
! 2 |
!   | - the text ends here
? 3

# The names of the file, private ones and types included.

$ plxc repl p.plx <<'END'
> [epochs, _private, lib.twice(4)]
> o: Optimizer = "adm"
> o
> s: lib.Size = 3
> s
> fit.epochs
> lib._hidden
> END
| [20, 7, 8]
| 3
| 20
! error[E0503]: `o` is declared as `Optimizer`, but it is "adm"
!  --> <repl:2>:1:16
!   |
! 1 | o: Optimizer = "adm"
!   |    ---------   ^^^^^ this is "adm"
!   |    |
!   |    declared here
!   |
!   = trace: while evaluating `o` (<repl:3>:1:1)
!   = note: `Optimizer` is `"adam" | "sgd"`
!   = help: did you mean "adam"?
! error[E0403]: the Record has no field `_hidden`
!  --> <repl:7>:1:5
!   |
! 1 | lib._hidden
!   |     ^^^^^^^
!   |
!   = note: its only field is `twice`
!   = note: names that begin with `_` are private to their module
? 3

# A new binding hides an old one; who used that keeps it.

$ plxc repl p.plx <<'END'
> a = 1
> b() = a
> a = 2
> [a, b()]
> epochs = 3
> fit.epochs
> :browse
> test "of a" = a == 2
> test "of b" = b() == 2
> assert a == 1
> END
| [2, 1]
| 20
| epochs
| type Optimizer = "adam" | "sgd"
| lib
| train(lr: Float = 1e-3) -> Stage
| fit
| _private
| report
| a
| b()
| ok      of a
| FAILED  of b
! error[E0426]: the test "of b" failed
!  --> <repl:9>:1:15
!   |
! 1 | test "of b" = b() == 2
!   |               ^^^^^^^^ this is 2
!   |               |
!   |               this is 1
! error[E0411]: an assertion failed
!  --> <repl:10>:1:8
!   |
! 1 | assert a == 1
!   |        ^^^^^^
? 5

# Looking.

$ plxc repl p.plx <<'END'
> :type 1
> :type [1, 2.5, "a", null]
> :t { a = 1, b = { c = fit, f = train }, "d e" = [] }
> :t train
> :t take
> :type fit.model
> :type lib
> :type fail("no")
> :doc train
> :doc lib.twice
> :d abs
> :doc Optimizer
> :doc epohcs
> :browse lib
> :b fit
> :b nope
> :print --json { a = fit.model }
> :p fit
> END
| Int
| [Int | Float | Str | null]
| { a: Int, b: { c: Stage, f: Fn }, "d e": [Any] }
| fn(lr: Float = …) -> Stage
| fn(x: Str | List, n: Int) -> List | Str
| Ref
| { twice: Fn }
| # `train`
|
| ```
| train(lr: Float = 1e-3) -> Stage
| ```
|
| Trains for `epochs` epochs.
| # `twice`
|
| ```
| twice(x: Int) -> Int
| ```
|
| Twice as much.
| # `abs`
|
| ```
| abs(x: Number) -> Int | Float
| ```
|
| The number without its sign.
|
| ```plx
| abs(-3) == 3
| abs(-0.5) == 0.5
| ```
| # `Optimizer`
|
| ```
| Optimizer = "adam" | "sgd"
| ```
| twice(x: Int) -> Int
| epochs
| lr
| model
| name
| {
|     "a": [
|         "dref:HASH1-train",
|         "model.txt"
|     ]
| }
| <stage dref:HASH1-train>
! error[E0450]: no
!  --> <repl:8>:1:1
!   |
! 1 | fail("no")
!   | ^^^^^^^^^^
! error[E1024]: `epohcs` is not defined
!   = help: did you mean `epochs`?
! error[E0301]: `nope` is not defined
!  --> <repl:16>:1:1
!   |
! 1 | nope
!   | ^^^^ not found here
? 3

# Large, deep and endless values are cut.

$ plxc repl <<'END'
> range(200)
> l = { l = l, m = l }
> l
> join(["ä" for _ in range(20000)], "") |> len()
> END
| [
|   0,
|   1,
|   2,
|   3,
|   4,
|   5,
|   6,
|   7,
|   8,
|   9,
|   10,
|   11,
|   12,
|   13,
|   14,
|   15,
|   16,
|   17,
|   18,
|   19,
|   20,
|   21,
|   22,
|   23,
|   24,
|   25,
|   26,
|   27,
|   28,
|   29,
|   30,
|   31,
|   32,
|   33,
|   34,
|   35,
|   36,
|   37,
|   38,
|   39,
|   40,
|   41,
|   42,
|   43,
|   44,
|   45,
|   46,
|   47,
|   48,
|   49,
|   50,
|   51,
|   52,
|   53,
|   54,
|   55,
|   56,
|   57,
|   58,
|   59,
|   60,
|   61,
|   62,
|   63,
|   64,
|   65,
|   66,
|   67,
|   68,
|   69,
|   70,
|   71,
|   72,
|   73,
|   74,
|   75,
|   76,
|   77,
|   78,
|   79,
|   80,
|   81,
|   82,
|   83,
|   84,
|   85,
|   86,
|   87,
|   88,
|   89,
|   90,
|   91,
|   92,
|   93,
|   94,
|   95,
|   96,
|   97,
|   98,
|   …
| {
|   l = {
|     l = {
|       l = {
|         l = {
|           l = {
|             l = {
|               l = {
|                 l = {
|                   l = {
|                     l = { … },
|                     m = { … },
|                   },
|                   m = {
|                     l = { … },
|                     m = { … },
|                   },
|                 },
|                 m = {
|                   l = {
|                     l = { … },
|                     m = { … },
|                   },
|                   m = {
|                     l = { … },
|                     m = { … },
|                   },
|                 },
|               },
|               m = {
|                 l = {
|                   l = {
|                     l = { … },
|                     m = { … },
|                   },
|                   m = {
|                     l = { … },
|                     m = { … },
|                   },
|                 },
|                 m = {
|                   l = {
|                     l = { … },
|                     m = { … },
|                   },
|                   m = {
|                     l = { … },
|                     m = { … },
|                   },
|                 },
|               },
|             },
|             m = {
|               l = {
|                 l = {
|                   l = {
|                     l = { … },
|                     m = { … },
|                   },
|                   m = {
|                     l = { … },
|                     m = { … },
|                   },
|                 },
|                 m = {
|                   l = {
|                     l = { … },
|                     m = { … },
|                   },
|                   m = {
|                     l = { … },
|                     m = { … },
|                   },
|                 },
|               },
|               m = {
|                 l = {
|                   l = {
|                     l = { … },
|                     m = { … },
|                   },
|                   m = {
|                     l = { … },
|                     m = { … },
|                   },
|                 },
|                 m = {
|                   l = {
|                     l = { … },
|                     m = { … },
|                   },
|                   m = {
|                     l = { … },
|                     m = { … },
|                   },
|                 },
|               },
|             },
|           },
|           m = {
|             …
| 20000
! plxc: cut here; `:print EXPR` prints all of a value
! plxc: cut here; `:print EXPR` prints all of a value
$ echo 'join(["ä" for _ in range(20000)], "")' | plxc repl 2>&1 | tail -c 80
| ääääääääääää…
| plxc: cut here; `:print EXPR` prints all of a value
$ echo ':print range(200)' | plxc repl | wc -l
| 202
$ echo 'range(1000)' | plxc repl | head -1
| [
! plxc: cut here; `:print EXPR` prints all of a value

# Params and files.

$ plxc repl p.plx -D epochs=4 <<'END'
> epochs
> mine = epochs * 2
> mine
> :set epochs=5
> mine
> :set epochs = 6
> [mine, fit.epochs]
> :set
> :set epochs=many
> :set epoch=1
> :set epochs
> mine
> :reload
> mine
> :load lib.plx
> mine
> twice(3)
> :load nothing.plx
> twice(4)
> :load
> twice(5)
> :set a=1
> END
| 4
| 8
| 10
| [12, 6]
| epochs = 6
| 12
| 12
| 6
| 8
! error[E1012]: `many` is no value for the param `epochs`
!  --> p.plx:1:15
!   |
! 1 | param epochs: Int = 20
!   |               ^^^ it is declared as an Int
! error[E1011]: p.plx has no param `epoch`
!   = help: did you mean `epochs`?
! error[E1004]: `:set` cannot be `epochs`
!   = help: `:set epochs=5` sets the param `epochs`; `:set` alone shows all
! error[E0301]: `mine` is not defined
!  --> <repl:16>:1:1
!   |
! 1 | mine
!   | ^^^^ not found here
!   |
!   = help: did you mean `min`?
! error[E1006]: there is no file `nothing.plx`
!   = note: this folder has `lib.plx`, `p.plx`
! error[E0301]: `twice` is not defined
!  --> <repl:21>:1:1
!   |
! 1 | twice(5)
!   | ^^^^^ not found here
! error[E1011]: <repl> has no param `a`
!   = note: it has no params at all
? 2
$ echo '{"some": "stage"}' > config.json; ref=" $(plxc store instantiate config.json)"; (echo 'mine = fit.epochs'; echo 'name = fit.name'; echo ':shell -c "sed -i s/20/21/ $CASE/work/p.plx; exit 3"'"$ref"; echo 'mine'; echo ':reload'; echo 'mine';
> echo ':shell -c "sed -i -e s/^fit/final/ -e s/fit.model/final.model/ $CASE/work/p.plx"'"$ref"; echo ':reload'; echo '[mine, final.epochs]'; echo 'final.name';
> echo ':shell -c "echo = >> $CASE/work/p.plx"'"$ref"; echo ':reload'; echo 'final.epochs') | plxc repl p.plx
| 20
| 21
| "train"
| 21
! error[E0301]: `fit` is not defined
!  --> <repl:1>:1:8
!   |
! 1 | mine = fit.epochs
!   |        ^^^ not found here
! error[E0301]: `fit` is not defined
!  --> <repl:2>:1:8
!   |
! 1 | name = fit.name
!   |        ^^^ not found here
! plxc: left out 2 inputs that do not fit any more
! error[E0301]: `mine` is not defined
!  --> <repl:9>:1:2
!   |
! 1 | [mine, final.epochs]
!   |  ^^^^ not found here
!   |
!   = help: did you mean `min`?
! error[E0207]: `=` does not compare
!   --> p.plx:20:1
!    |
! 20 | =
!    | ^ expected an operator
!    |
!    = help: equality is written `==`
? 3
$ sed -i -e '$d' -e 's/^final/fit/' -e s/final.model/fit.model/ -e s/21/20/ p.plx; plxc eval p.plx#fit.epochs
| 20
$ echo 1 | plxc repl nothing.plx
! error[E1006]: there is no file `nothing.plx`
!   = note: this folder has `lib.plx`, `p.plx`
? 2
$ echo 1 | plxc repl p.plx -D epochs=many
! error[E1012]: `many` is no value for the param `epochs`
!  --> p.plx:1:15
!   |
! 1 | param epochs: Int = 20
!   |               ^^^ it is declared as an Int
? 2

# A failed assert of the file is told, and the file is there.

--- broken.plx
n = 3
assert n == 4 else "n is ~{n}"
---
$ echo n | plxc repl broken.plx
! error[E0411]: an assertion failed: n is 3
!  --> broken.plx:2:8
!   |
! 2 | assert n == 4 else "n is ~{n}"
!   |        ^^^^^^
? 3
$ plxc repl <<'END'
> :load broken.plx
> n
> END
| 3
! error[E0411]: an assertion failed: n is 3
!  --> broken.plx:2:8
!   |
! 2 | assert n == 4 else "n is ~{n}"
!   |        ^^^^^^
? 3

# Instantiating and realizing.

$ plxc repl p.plx <<'END'
> :i fit
> :instantiate --json [train(0.2), report]
> :why report
> :r report
> :r --print=path fit.model
> :realize --rebuild -j 1 fit
> :real -n train(0.5)
> :log fit
> :log train(0.5)
> :show report.model
> :show nothing
> :r 3
> :r { a = fit, b = [train(0.2)] }
> :r
> :r --set epochs=3 fit
> :r --store=x fit
> :r --rebild fit
> :i -- -1
> END
| dref:HASH1-train
| [
|     {
|         "dref": "dref:HASH2-train",
|         "name": "train",
|         "target": "[train(0.2), report]"
|     },
|     {
|         "dref": "dref:HASH3-report",
|         "name": "report",
|         "target": "[train(0.2), report]"
|     }
| ]
| to build  train: it has no realization yet
| to build  report: train must be built first
| rref:HASH4-HASH3-report
| $CASE/root/store-v1/HASH1-train/HASH5/model.txt
| rref:HASH5-HASH1-train
| dref:HASH6-train
| lr 0.1
| derivation    dref:HASH1-train
| path          $CASE/root/store-v1/HASH1-train
| promises      model: model.txt
| realizations  rref:HASH5-HASH1-train
| config
|     {
|         "__realizer__": {
|             "interpreter": [
|                 "sh",
|                 "-eu"
|             ],
|             "kind": "script",
|             "text": "echo \"lr $lr\"; echo \"$lr $epochs\" > $model"
|         },
|         "epochs": 20,
|         "lr": 0.1,
|         "model": [
|             "__promise__",
|             "model.txt"
|         ],
|         "name": "train"
|     }
| rref:HASH5-HASH1-train
| rref:HASH7-HASH2-train
! plxc: 2 of 2 stages would be built
! plxc: train: started
! plxc: train: built in TIME
! plxc: report: started
! plxc: report: built in TIME
! plxc: 2 built in TIME
! plxc: 1 reused in TIME
! plxc: train: started
! plxc: train: built in TIME
! plxc: 1 built in TIME
! plxc: 1 to build
! error[E0702]: there is no derivation dref:HASH6-train in the store
! error[E0718]: `nothing` is no ref and no path into the store
!   = note: the store is $CASE/root/store-v1
! error[E1008]: `3` is an Int, which holds no stage
! plxc: train: started
! plxc: train: built in TIME
! plxc: 1 built, 1 reused in TIME
! error[E1005]: `:realize` needs EXPR
!   = note: usage: :realize [OPTION…] EXPR
! error[E1002]: `--set` is no option of a command of the REPL
!   = help: `:set PARAM=VALUE` sets a param for the whole session
! error[E1002]: `--store` is no option of a command of the REPL
!   = help: give it to `plxc repl`, for the whole session
! error[E1002]: `plxc realize` has no option `--rebild`
!   = note: usage: plxc realize [OPTION…] [TARGET…]
!   = help: did you mean `--rebuild`?
!   = help: `plxc realize --help` lists its options
! error[E1008]: `-1` is an Int, which holds no stage
? 4
$ plxc repl p.plx <<'END' | head -3
> :r --help
> END
| Usage: plxc realize [OPTION…] [TARGET…]
|
| Build what a pipeline describes.
$ (echo ':r --arg train.x=1 --out-link result fit') | plxc repl p.plx 2>&1 | tail -1; readlink result
| rref:HASH5-HASH1-train
| $CASE/root/store-v1/HASH1-train/HASH5
$ (echo 'bad = stage(name = "bad", realize = sh("echo oh; exit 3"))'; echo ':r bad'; echo ':log bad'; echo '1') | plxc repl
| oh
| 1
! plxc: bad: started
! error[E0801]: `bad` failed with exit status 3
!  --> <repl:1>:1:7
!   |
! 1 | bad = stage(name = "bad", realize = sh("echo oh; exit 3"))
!   |       ^^^^^ this stage
!   |
!   : oh
!   |
!   = note: the whole log is in $CASE/root/log/HASH8-bad.log
!   = help: `plxc log dref:HASH8-bad` shows it
! plxc: 1 failed in TIME
! plxc: this is the log of an attempt that failed
? 1
$ (echo ':r --assert-realized train(0.7)'; echo '1') | plxc repl p.plx
| 1
! error[E0809]: `train` is not realized, as it was asserted to be
!  --> p.plx:8:36
!   |
! 8 | train(lr: Float = 1e-3) -> Stage = stage(
!   |                                    ^^^^^ this stage
!   |
!   = note: it is dref:HASH9-train
!   = help: if its config or an input changed, its old realizations do not count
! plxc: 1 failed in TIME
? 5

# Pausing. The sessions are those of `plxc realize --interrupt`, and each can go on with the other's.

$ rm -rf $PLX_ROOT/store-v1; plxc store init > /dev/null; plxc repl p.plx <<'END'
> :sessions
> :interrupt fit
> :shell -c 'echo "$PLX_SESSION in $(basename $(pwd)): $lr"; echo by hand > $model'
> :shell train -c 'cat $model'
> :continue --print=path
> :sessions
> END
| train
| train in build: 0.1
| by hand
| $CASE/root/store-v1/HASH1-train/HASH10
! plxc: paused at `train`, session `train`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   :shell train                 work there, in the realizer's environment
!   :continue train              go on with what $out holds
!   :continue train --default    go on with the realizer
!   :continue train --rref RREF  go on with another realization
!   :cancel train                drop it
! plxc: 1 reused in TIME
$ plxc repl p.plx <<'END'
> mine = train(0.3)
> above = stage(name = "above", m = mine.model, realize = sh('''cp $m $out/copy'''))
> :interrupt above train
> :interrupt --keep-going above tarin
> END
| train
! plxc: paused at `train`, session `train`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   :shell train                 work there, in the realizer's environment
!   :continue train              go on with what $out holds
!   :continue train --default    go on with the realizer
!   :continue train --rref RREF  go on with another realization
!   :cancel train                drop it
! error[E0817]: `tarin` is no stage of this plan
!   = help: did you mean `train`?
? 2
$ plxc sessions | cut -d' ' -f1; plxc shell train -c 'echo elsewhere > $model'; plxc continue train --print=path | xargs -I {} cat {}/copy
| train
| elsewhere
! plxc: above: started
! plxc: above: built in TIME
! plxc: 1 built, 1 reused in TIME
$ plxc realize p.plx#report --rebuild=train --interrupt train 2>/dev/null; plxc realize p.plx#report --interrupt report 2>/dev/null
| train
| report
$ plxc repl p.plx <<'END'
> :continue train --default
> :cont
> :cancel none
> :cancel report
> :continue
> END
| rref:HASH4-HASH3-report
| rref:HASH11-HASH3-report
! plxc: train: started
! plxc: train: built in TIME
! plxc: report: started
! plxc: report: built in TIME
! plxc: 2 built in TIME
! plxc: 2 reused in TIME
! error[E0831]: no realization is paused
!   = help: `plxc realize TARGET --interrupt NAME` pauses at the stage NAME
! error[E0831]: no realization is paused
!   = help: `plxc realize TARGET --interrupt NAME` pauses at the stage NAME
! error[E0831]: no realization is paused
!   = help: `plxc realize TARGET --interrupt NAME` pauses at the stage NAME
? 2

# A matcher that calls a function is evaluated again where the session goes on, from what was typed.

$ (echo 'score(r) = len(read_text(r / "n"))'; echo '1 + 1'; echo 'it + 1'; echo 'size = it'; echo 'other = key(fn (r) => 0)';
> echo 'many = stage(name = "many", size = size, match = match(keys = [key(score)], rmin = 1, rmax = 1), realize = sh("echo $size > $out/n"))';
> echo ':i stage(name = "first", match = match(keys = [other], rmin = 1, rmax = 1), realize = sh("true"))'; echo ':interrupt many') | plxc repl p.plx
| 2
| 3
| dref:HASH12-first
| many
! plxc: paused at `many`, session `many`
!   its output is to be made in $CASE/root/tmp/paused-RANDOM/out
!   :shell many                 work there, in the realizer's environment
!   :continue many              go on with what $out holds
!   :continue many --default    go on with the realizer
!   :continue many --rref RREF  go on with another realization
!   :cancel many                drop it
$ plxc continue many --default 2>/dev/null | cut -c1-5
| rref:
$ (echo 'score(r) = len(read_text(r / "n"))'; echo 'many = stage(name = "many", n = _private, match = match(keys = [key(score)], rmin = 1, rmax = 1), realize = sh("echo 1 > $out/n"))';
> echo ':interrupt many'; echo 'score = 1'; echo ':continue --default'; echo 'score') | plxc repl p.plx 2>/dev/null | cut -c1-5
| many
| rref:
| 1
$ (echo 'score(r) = len(read_text(r / "n"))'; echo 'many = stage(name = "many", n = epochs, match = match(keys = [key(score)], rmin = 1, rmax = 1), realize = sh("echo 1 > $out/n"))';
> echo ':interrupt many') | plxc repl p.plx > /dev/null 2>&1; sed -i s/20/21/ p.plx; plxc continue many --default; plxc cancel many; sed -i s/21/20/ p.plx
! error[E0836]: the pipeline was changed after the session `many` was paused
!   = note: a matcher calls a function of the pipeline, so that was evaluated again, and its derivations are not those of the session any more
!   = help: undo the change, or drop the session with `plxc cancel many`
! plxc: dropped the session `many`

# Commands.

$ plxc repl <<'END'
> :h
> :help :int
> :help shell
> :help nothing
> :s
> :relod
> :
> :quit now
> :load
> :type
> :se
> :q
> 1
> END
| An expression is evaluated and printed; `it` is the last one's value. A binding
| (x = 1, f(a) = a + 1) is defined, and hides an older one of its name. What is
| not complete goes on with the next line.
|
|   :help [COMMAND]                     :h  this list, or all about one command
|   :type EXPR                          :t  the type of a value
|   :print [OPTION…] EXPR               :p  all of a value; --json, --strict
|   :doc NAME                           :d  the documentation of a name
|   :browse [NAME]                      :b  what is defined; the fields of NAME
|   :load [FILE]                        :l  begin anew with FILE
|   :reload                                 read the file again; what was typed stays
|   :set [PARAM=VALUE]                      set a param of the file; or show all
|   :instantiate [OPTION…] EXPR         :i  write derivations, print drefs
|   :realize [OPTION…] EXPR             :r  realize stages; --rebuild, --print=path …
|   :why EXPR                               what would be built, and why
|   :interrupt [OPTION…] EXPR [NAME]        realize EXPR, but pause at EXPR or at the stage NAME
|   :sessions                               what is paused
|   :shell [SESSION|REF]                    a shell in a paused build, or in a folder of the store
|   :continue [OPTION…] [SESSION]           go on with what $out holds; --default, --rref=RREF
|   :cancel [SESSION…]                      drop what is paused
|   :log REF                                what a realizer printed
|   :show REF                               everything about a derivation or realization
|   :quit                               :q  leave; so does Ctrl-D
|
| The beginning of a name is enough where no other begins so.
| Tab completes names, fields, files and commands; Ctrl-R searches the history;
| Ctrl-C ends an evaluation or drops a line; Ctrl-D leaves.
| :interrupt [OPTION…] EXPR [NAME]
|
| realize EXPR, but pause at EXPR or at the stage NAME
|
| It is this command of plxc, in this session:
|
| Usage: plxc realize [OPTION…] [TARGET…]
|
| Build what a pipeline describes.
|
| Evaluates the files, writes the derivations of the targets to the store, and
| runs the realizers of those that have no matching realization yet, in parallel.
| Prints the realizations of the targets, one a line.
|
| A TARGET is FILE, FILE#name or FILE#name.sub. A FILE without a name means its
| stage `default`, or all its public stages if it has none. A dref, or a unique
| prefix of one, means what the store has of that derivation.
|
| NAME in --rebuild, --assert-realized and --arg is the name of a stage or a dref.
|
|   plxc realize pipeline.plx#report -o result
|   plxc realize pipeline.plx --set epochs=5 --rebuild=train -j 4
|
| Options:
|   -D, --set=PARAM=VALUE   set a param of the file; read by its declared type,
|                           bare words are strings
|       --limit=NAME=N      allow evaluation more or less: call-depth, list-items,
|                           memory, nesting, steps, string-bytes
|   -j, --jobs=N            run N realizers at once (default: one for each
|                           processor)
|       --resource=NAME=AMOUNT
|                           how much there is of what stages name in `resources`
|                           (default: 1, of memory all)
|   -o, --out-link=LINK     make LINK point to the realization and keep it from
|                           garbage collection; further ones get LINK-2, LINK-3 …
|       --timestamp         put the build time before the name of the link
|       --print=rref|path|dref|json
|                           what to print of each realization (default: rref)
|       --json              the same as --print=json
|       --one               fail unless there is exactly one realization
|   -n, --dry-run           say what would be built, and build nothing
|       --rebuild[=NAME]    run the realizer even if there is a match; without
|                           NAME: those of the targets
|       --assert-realized[=NAME]
|                           fail (status 5) if something would have to be built;
|                           without NAME: the targets
|       --arg=NAME.KEY=VALUE
|                           an argument for the realizer of NAME, outside of its
|                           identity; VALUE is JSON, else a string
|   -k, --keep-going        after a failure, build what does not depend on it
|       --keep-failed       keep the build directory of a failed realizer
|       --timeout=SECONDS   kill a realizer after that time, where its stage does
|                           not set one
|       --silent-timeout=SECONDS
|                           kill a realizer that prints nothing for that time,
|                           where its stage does not set one
|       --retry=N           try a failed realizer N more times, where its stage
|                           does not say
|       --log=auto|stream|quiet
|                           stream: all output of realizers as it comes; quiet: no
|                           progress (default: auto)
|       --plan=FILE         realize the plan that `plxc instantiate --plan` wrote
|       --interrupt=NAME    pause at the stage NAME, before its realizer runs; can
|                           be given for several stages
|
| Options of every command:
|   -s, --store=DIR         use the store in DIR instead of the default one
|       --color=auto|always|never
|                           colours in messages; auto: on a terminal, unless
|                           NO_COLOR is set
|       --error-format=human|json
|                           how errors and warnings are printed; json: one object
|                           a line
|   -h, --help              show this help
|       --version           show the version
| :shell [SESSION|REF]
|
| a shell in a paused build, or in a folder of the store
|
| It is this command of plxc, in this session:
|
| Usage: plxc shell [OPTION…] [SESSION|REF]
|
| A shell in a paused build, or in a folder of the store.
|
| Runs your shell ($SHELL, else /bin/sh). Of a session: in its build directory,
| with the environment that the realizer would have, $out and all; `sh ../run`
| runs what the realizer would run. Otherwise in the folder of a derivation or
| realization, or of a file in it. Without an argument: of the only session, or,
| if none is paused and there is no --command, in the store.
|
|   plxc shell fit
|   plxc shell fit -c 'cp ~/repaired.csv $out/data.csv'
|
| Options:
|   -c, --command=COMMAND   run COMMAND in the shell instead of asking for some
|
| Options of every command:
|   -s, --store=DIR         use the store in DIR instead of the default one
|       --color=auto|always|never
|                           colours in messages; auto: on a terminal, unless
|                           NO_COLOR is set
|       --error-format=human|json
|                           how errors and warnings are printed; json: one object
|                           a line
|   -h, --help              show this help
|       --version           show the version
! error[E1035]: there is no command `:nothing`
!   = help: `:help` lists the commands
! error[E1035]: several commands begin with `:s`
!   = note: they are `:set`, `:sessions`, `:shell`, `:show`
!   = help: `:help` lists the commands
! error[E1035]: there is no command `:relod`
!   = help: did you mean `:reload`?
!   = help: `:help` lists the commands
! error[E1035]: there is no command `:`
!   = help: `:help` lists the commands
! error[E1005]: `:quit` takes no argument `now`
!   = note: usage: :quit
! error[E1005]: `:type` needs EXPR
!   = note: usage: :type EXPR
! error[E1035]: several commands begin with `:se`
!   = note: they are `:set`, `:sessions`
!   = help: `:help` lists the commands
? 2

# Errors as data.

$ echo 'nope' | plxc repl --error-format=json
! {"code": "E0301", "excerpt": null, "help": [], "labels": [{"column": 1, "end_column": 5, "end_line": 1, "file": "<repl:1>", "line": 1, "primary": true, "text": "not found here"}], "message": "`nope` is not defined", "notes": [], "severity": "error", "trace": []}
? 3

# There is no history without a terminal.

$ ls -A "$HOME" 2>/dev/null
? 2
