# Messages that no other case shows, whole.

# E0700
$ env -i PATH="$PATH" plxc store ls
! error[E0700]: there is no place for the store: HOME is not set
!   = help: set PLX_ROOT to the folder that shall hold it
? 4

# E0711, W0601
--- config.plx
promise_up = mkdrv({ name = "a", file = ["__promise__", "../x"] }, match_latest(), sh("true"))
rref = mkdrv({ name = "b", of = "rref:0123456789abcdef0123456789abcdef-0123456789abcdef0123456789abcdef-a" }, match_latest(), sh("touch $out/x"))
---
$ plxc instantiate config.plx#promise_up
! error[E0711]: the promise in attribute `file` is not a path: `../x` must be relative, without `.`, `..`, NUL and empty names
!  --> config.plx:1:14
!   |
! 1 | promise_up = mkdrv({ name = "a", file = ["__promise__", "../x"] }, match_latest(), sh("true"))
!   |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
!   |
!   = trace: while evaluating `promise_up` (config.plx:1:1)
? 3

$ plxc realize config.plx#rref
| rref:HASH1-HASH2-b
! plxc: b: started
! plxc: b: built in TIME
! warning[W0601]: the attribute `of` holds an rref, which makes no dependency
!  --> config.plx:2:28
!   |
! 2 | rref = mkdrv({ name = "b", of = "rref:HASH3-HASH3-a" }, match_latest(), sh("touch $out/x"))
!   |                            ^^
!   |
!   = help: use the stage itself, and `exact([...])` as its matcher to pin a realization
! plxc: 1 built in TIME

# E0304, E0720, E0721
--- sources.plx
missing = stage(name = "s", file = ./missing.txt, realize = sh("true"))
fifo = stage(name = "s", folder = ./fifo, realize = sh("true"))
leads_out = stage(name = "s", folder = ./leads_out, realize = sh("true"))
---
$ mkdir fifo leads_out && mkfifo fifo/pipe && ln -s ../.. leads_out/link

$ plxc instantiate sources.plx#missing
! error[E0304]: there is no file `missing.txt`
!  --> sources.plx:1:29
!   |
! 1 | missing = stage(name = "s", file = ./missing.txt, realize = sh("true"))
!   |                             ^^^^
!   |
!   = trace: in the call of `stage` (sources.plx:1:11)
!            while evaluating `missing` (sources.plx:1:1)
? 3

$ plxc instantiate sources.plx#fifo
! error[E0720]: the source $CASE/work/fifo/pipe is a fifo, a socket or a device
!  --> sources.plx:2:26
!   |
! 2 | fifo = stage(name = "s", folder = ./fifo, realize = sh("true"))
!   |                          ^^^^^^
!   |
!   = trace: in the call of `stage` (sources.plx:2:8)
!            while evaluating `fifo` (sources.plx:2:1)
!   = note: only files, folders and symbolic links can be kept
!   = help: leave it out with `source(…, exclude = ["pipe"])`
? 4

$ plxc instantiate sources.plx#leads_out
! error[E0721]: the link $CASE/work/leads_out/link leads out of the source folder
!  --> sources.plx:3:31
!   |
! 3 | leads_out = stage(name = "s", folder = ./leads_out, realize = sh("true"))
!   |                               ^^^^^^
!   |
!   = trace: in the call of `stage` (sources.plx:3:13)
!            while evaluating `leads_out` (sources.plx:3:1)
!   = note: it leads to ../..
!   = help: leave it out with `source(…, exclude = ["link"])`
? 4

# E0654, E0810, E0811, E0814
--- engine.plx
raw = stage(name = "raw", file = promise / "f", realize = sh("echo 1 > $file"))
never = realized(raw)
paths = checkpaths({ file = raw.file, missing = raw / "not/there" })
two_ways = [raw, redefine(raw, matcher = match_all())]
in_the_way = mknode({}, artifacts = { "a" = "1", "a/b" = "2" })
---
$ plxc realize engine.plx#never
! error[E0810]: `raw` is not realized, and realized() does not build it
!  --> engine.plx:2:9
!   |
! 2 | never = realized(raw)
!   |         ^^^^^^^^ this stage
!   |
!   = note: it is dref:HASH4-raw
!   = help: realize the stage itself first
! plxc: 1 failed in TIME
? 5

$ plxc realize engine.plx#paths
! plxc: raw: started
! plxc: raw: built in TIME
! plxc: checkpaths: started
! error[E0811]: `checkpaths` checks a path that is not there
!  --> engine.plx:3:9
!   |
! 3 | paths = checkpaths({ file = raw.file, missing = raw / "not/there" })
!   |         ^^^^^^^^^^ this stage
!   |
!   = note: missing: $CASE/root/store-v1/HASH4-raw/HASH5/not/there
! plxc: 1 built, 1 failed in TIME
? 1

$ plxc instantiate engine.plx#two_ways --plan=-
! error[E0814]: `raw` is used with two different matchers
!  --> engine.plx:4:18
!   |
! 1 | raw = stage(name = "raw", file = promise / "f", realize = sh("echo 1 > $file"))
!   |       ----- here with another
! ...
! 4 | two_ways = [raw, redefine(raw, matcher = match_all())]
!   |                  ^^^^^^^^ here with one
!   |
!   = note: a plan file, and a realization that can be interrupted, name each derivation once, with one matcher
!   = help: give each target a plan file or a realization of its own
? 3

$ plxc realize engine.plx#two_ways --interrupt raw
! error[E0814]: `raw` is used with two different matchers
!  --> engine.plx:4:18
!   |
! 1 | raw = stage(name = "raw", file = promise / "f", realize = sh("echo 1 > $file"))
!   |       ----- here with another
! ...
! 4 | two_ways = [raw, redefine(raw, matcher = match_all())]
!   |                  ^^^^^^^^ here with one
!   |
!   = note: a plan file, and a realization that can be interrupted, name each derivation once, with one matcher
!   = help: give each target a plan file or a realization of its own
? 2

--- uses.plx
t(..options) = stage(name = "t", realize = sh("true"), ..options)
fast = t(timeout = 3)
slow = t(timeout = 4, retry = 2)
top = stage(name = "top", a = fast, b = slow, realize = sh("true"))
text = stage(name = "text", realize = sh("echo ~{fast} ~{slow}"))
file = stage(name = "t", x = promise / "x", realize = sh("true"))
unchecked = stage(name = "t", x = promise / "x", check_promises = false, realize = sh("true"))
a = stage(name = "a", x = file, realize = sh("true"))
b = stage(name = "b", x = unchecked, realize = sh("true"))
same = stage(name = "same", a = fast, b = t(timeout = 3), realize = sh("true"))
---
$ plxc realize uses.plx#top
! error[E0814]: `t` is used with two different values of `timeout`
!  --> uses.plx:1:16
!   |
! 1 | t(..options) = stage(name = "t", realize = sh("true"), ..options)
!   |                ^^^^^ here with one
!   |                |
!   |                here with another
!   |
!   = note: both are the derivation dref:HASH6-t, which a run makes once for all its targets
!   = help: give them configs that differ, or the same `timeout`
? 3

$ plxc realize uses.plx#text
! error[E0814]: `t` is used with two different values of `timeout`
!  --> uses.plx:1:16
!   |
! 1 | t(..options) = stage(name = "t", realize = sh("true"), ..options)
!   |                ^^^^^ here with one
!   |                |
!   |                here with another
!   |
!   = note: both are the derivation dref:HASH6-t, which a run makes once for all its targets
!   = help: give them configs that differ, or the same `timeout`
? 3

# Two targets that would be made in the order in which they are named.

$ plxc realize uses.plx#a uses.plx#b
! error[E0814]: `t` is used with two different values of `check_promises`
!  --> uses.plx:7:13
!   |
! 6 | file = stage(name = "t", x = promise / "x", realize = sh("true"))
!   |        ----- here with another
! 7 | unchecked = stage(name = "t", x = promise / "x", check_promises = false, realize = sh("true"))
!   |             ^^^^^ here with one
!   |
!   = note: both are the derivation dref:HASH7-t, which a run makes once for all its targets
!   = help: give them configs that differ, or the same `check_promises`
? 3

$ plxc instantiate uses.plx#b uses.plx#a --plan -
! error[E0814]: `t` is used with two different values of `check_promises`
!  --> uses.plx:6:8
!   |
! 6 | file = stage(name = "t", x = promise / "x", realize = sh("true"))
!   |        ^^^^^ here with one
! 7 | unchecked = stage(name = "t", x = promise / "x", check_promises = false, realize = sh("true"))
!   |             ----- here with another
!   |
!   = note: both are the derivation dref:HASH7-t, which a run makes once for all its targets
!   = help: give them configs that differ, or the same `check_promises`
? 3

$ plxc realize uses.plx#same --log=quiet
| rref:HASH8-HASH9-same

$ plxc realize engine.plx#in_the_way
! error[E0654]: "a/b" lies in an artifact that is a file
!  --> engine.plx:5:50
!   |
! 5 | in_the_way = mknode({}, artifacts = { "a" = "1", "a/b" = "2" })
!   |                                                  ^^^^^
!   |
!   = trace: in the call of `mknode` (engine.plx:5:14)
!            while evaluating `in_the_way` (engine.plx:5:1)
!   = note: there is an artifact `a`, too
? 3

# E1004

$ plxc realize engine.plx#raw --arg="raw.$(printf 'key\377')=1"
! error[E1004]: the name in `--arg raw.key�` is not UTF-8
? 2

# E0806, W0803
--- matchers.plx
few = stage(name = "few", realize = sh("touch $out/x"), match = match([latest()], 3, 3, false))
scores(n) = stage(name = "scores", score = claim / "s", n = n, realize = sh("if [ -e again ]; then echo; fi; touch $out/x"), match = match_best("s"))
unscored = scores(1)
---
$ plxc realize matchers.plx#few
! plxc: few: started
! error[E0806]: `few` was built, but its matcher is not content with the result
!  --> matchers.plx:1:7
!   |
! 1 | few = stage(name = "few", realize = sh("touch $out/x"), match = match([latest()], 3, 3, false))
!   |       ^^^^^ this stage
!   |
!   = note: it wants at least 3; 1 of the 1 with the present inputs can be used
!   = note: new: rref:HASH1-HASH10-few
!   = help: let the realizer make more at a time with `outputs = n`, or more over time with --rebuild
! plxc: 1 failed in TIME
? 1

$ plxc realize matchers.plx#unscored
| rref:HASH1-HASH11-scores
! plxc: scores: started
! plxc: scores: built in TIME
! warning[W0803]: a realization of `scores` was chosen that has no score
!  --> matchers.plx:2:13
!   |
! 2 | scores(n) = stage(name = "scores", score = claim / "s", n = n, realize = sh("if [ -e again ]; then echo; fi; touch $out/x"), match = match_best("s"))
!   |             ^^^^^ this stage
!   |
!   = note: it is rref:HASH1-HASH11-scores
!   = help: the first line of its `s` should be a number
! plxc: 1 built in TIME

# E1024
$ plxc doc engine.plx#nothing
! error[E1024]: `nothing` is no public name of engine.plx
? 2

# a name of the library without its #
$ plxc doc map
! error[E1006]: there is no file `map`
!   = note: this folder has `config.plx`, `engine.plx`, `matchers.plx`, `sources.plx`, `uses.plx`
!   = help: `plxc doc '#map'` is what the standard library says of `map`
? 2

# E0719: what the kernel makes up has no size
--- made_up.plx
info = stage(name = "info", cpus = ./cpuinfo, realize = sh("true"))
---
$ ln -s /proc/cpuinfo cpuinfo && plxc instantiate made_up.plx
! error[E0719]: cannot read the source $CASE/work/cpuinfo: it changed while it was read, or is no ordinary file
!  --> made_up.plx:1:29
!   |
! 1 | info = stage(name = "info", cpus = ./cpuinfo, realize = sh("true"))
!   |                             ^^^^
!   |
!   = trace: in the call of `stage` (made_up.plx:1:8)
!            while evaluating `info` (made_up.plx:1:1)
? 4

# E0909: a limit on the size of files is an error, not a signal
$ head -c 3000000 /dev/zero > zero.bin && cat > limited.plx <<END
> zero = fetchlocal(
>   name = "zero", mode = "as-is", path = "$PWD/zero.bin", sha256 = "$(sha256sum zero.bin | cut -c 1-64)")
> END
$ ulimit -f 2000; plxc realize limited.plx --log=quiet
! error[E0909]: cannot write to `$CASE/root/tmp/SESSION.job/build/fetched`: File too large
!  --> limited.plx:1:8
!   |
! 1 | zero = fetchlocal(
!   |        ^^^^^^^^^^
? 1

# A name in quotes
$ plxc eval 'limited.plx#"zero".name'
| "zero"
