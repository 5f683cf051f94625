# Mistakes on the command line, each with a message that says what was likely meant.

# Alone, it says what it can do, as `plxc help` does, but that was no use of it.

$ plxc 2> said; echo $?; plxc help | cmp - said
| 2

$ plxc realise
! error[E1001]: there is no command `plxc realise`
!   = help: did you mean `plxc realize`?
!   = help: `plxc help` lists the commands
? 2

$ plxc x.plx
! error[E1001]: there is no command `plxc x.plx`
!   = help: to realize the stages of that file: `plxc realize x.plx`
!   = help: `plxc help` lists the commands
? 2

$ plxc store
! error[E1001]: `plxc store` needs the name of a command
!   = note: `plxc store init`: make a store
!   = note: `plxc store ls`: list derivations, realizations or artifacts
!   = note: `plxc store cat`: print a file of a realization
!   = note: `plxc store path`: the path of a ref
!   = note: `plxc store find`: find realizations by name and time
!   = note: `plxc store du`: what takes how much of the disk
!   = note: `plxc store diff`: what differs between two refs
!   = note: `plxc store deps`: what something depends on
!   = note: `plxc store rdeps`: what depends on something
!   = note: `plxc store context`: which realizations something was built with
!   = note: `plxc store gc`: remove what nothing needs
!   = note: `plxc store rm`: remove derivations or realizations
!   = note: `plxc store reindex`: make the index beside the store anew
!   = note: `plxc store root add`: keep something from garbage collection
!   = note: `plxc store root ls`: list what garbage collection keeps
!   = note: `plxc store root rm`: let garbage collection take something again
!   = note: `plxc store verify`: check the whole store
!   = note: `plxc store instantiate`: plumbing: write a config as a derivation
!   = note: `plxc store commit`: plumbing: add a folder as a realization
!   = help: `plxc help` lists the commands
? 2

$ plxc store lss
! error[E1001]: there is no command `plxc store lss`
!   = help: did you mean `plxc store ls`?
!   = help: `plxc help` lists the commands
? 2

$ plxc --nope
! error[E1002]: there is no option `--nope` before a command
!   = help: `plxc help` lists the commands
? 2

$ plxc realize --rebild x.plx
! error[E1002]: `plxc realize` has no option `--rebild`
!   = note: usage: plxc realize [OPTION…] [TARGET…]
!   = help: did you mean `--rebuild`?
!   = help: `plxc realize --help` lists its options
? 2

$ plxc realize -rebuild x.plx
! error[E1002]: `plxc realize` has no option `-rebuild`
!   = note: usage: plxc realize [OPTION…] [TARGET…]
!   = help: did you mean `--rebuild`?
!   = help: `plxc realize --help` lists its options
? 2

$ plxc realize -Z x.plx
! error[E1002]: `plxc realize` has no option `-Z`
!   = note: usage: plxc realize [OPTION…] [TARGET…]
!   = help: `plxc realize --help` lists its options
? 2

$ plxc realize -j
! error[E1003]: `-j` needs a value
!   = help: `--jobs=N`: run N realizers at once (default: one for each processor)
? 2

$ plxc realize -j0 x.plx
! error[E1004]: `--jobs` cannot be `0`
!   = note: it is a whole number from 1 to 4096
!   = help: `--jobs=N`: run N realizers at once (default: one for each processor)
? 2

$ plxc realize --jobs=many x.plx
! error[E1004]: `--jobs` cannot be `many`
!   = note: it is a whole number from 1 to 4096
!   = help: `--jobs=N`: run N realizers at once (default: one for each processor)
? 2

$ plxc realize --json=yes x.plx
! error[E1003]: `--json` takes no value
!   = note: it was given `yes`
!   = help: write `--json`: the same as --print=json
? 2

$ plxc realize --print=rrefs x.plx
! error[E1004]: `--print` cannot be `rrefs`
!   = note: it is `rref`, `path`, `dref` or `json`
!   = help: did you mean `rref`?
? 2

$ plxc --color=sometimes help
! error[E1004]: `--color` cannot be `sometimes`
!   = note: it is `auto`, `always` or `never`
? 2

$ plxc realize --set epochs x.plx
! error[E1004]: `--set` cannot be `epochs`
!   = note: there is no `=` in it
!   = help: `--set=PARAM=VALUE`: set a param of the file; read by its declared type, bare words are strings
? 2

$ plxc realize --set =5 x.plx
! error[E1004]: `--set` cannot be `=5`
!   = note: there is no name before the `=`
!   = help: `--set=PARAM=VALUE`: set a param of the file; read by its declared type, bare words are strings
? 2

$ plxc realize --arg epochs=5 x.plx
! error[E1004]: `--arg` cannot be `epochs=5`
!   = note: before the `=` stand the name of a stage, a dot and the name of the argument
!   = help: `--arg train.epochs=5` gives the realizer of `train` the argument `epochs`
? 2

$ plxc instantiate
! error[E1005]: `plxc instantiate` needs TARGET…
!   = note: usage: plxc instantiate [OPTION…] TARGET…
!   = help: `plxc instantiate --help` lists its options
? 2

$ plxc show
! error[E1005]: `plxc show` needs REF
!   = note: usage: plxc show [OPTION…] REF
!   = help: `plxc show --help` lists its options
? 2

$ plxc show a b
! error[E1005]: `plxc show` takes no argument `b`
!   = note: usage: plxc show [OPTION…] REF
!   = help: `plxc show --help` lists its options
? 2

$ plxc store commit dref:x
! error[E1005]: `plxc store commit` needs OUTDIR
!   = note: usage: plxc store commit [OPTION…] DREF OUTDIR
!   = help: `plxc store commit --help` lists its options
? 2

$ plxc completion
! error[E1005]: `plxc completion` needs bash|zsh|fish
!   = note: usage: plxc completion bash|zsh|fish
!   = help: `plxc completion --help` lists its options
? 2

$ plxc completion tcsh
! error[E1004]: the argument cannot be `tcsh`
!   = note: it is `bash`, `zsh` or `fish`
? 2

$ plxc explain E9999
! error[E1013]: there is no diagnostic `E9999`
!   = help: `plxc explain` lists all of them
? 2

$ plxc explain nonsense
! error[E1013]: there is no diagnostic `nonsense`
!   = help: `plxc explain` lists all of them
? 2

$ plxc help realise
! error[E1001]: there is no command `plxc realise`
!   = help: did you mean `plxc realize`?
!   = help: `plxc help` lists the commands
? 2

$ plxc eval
! error[E1005]: `plxc eval` needs a target or an expression
!   = help: `plxc eval pipeline.plx#name`, or `plxc eval -e '1 + 2'`
? 2

$ plxc realize
! error[E1005]: `plxc realize` needs a target
!   = help: a target is a file (`pipeline.plx`) or a name in it (`pipeline.plx#train`)
? 2

$ plxc realize --plan p.json x.plx
! error[E1016]: `--plan` and the target `x.plx` exclude each other
!   = note: a plan has targets of its own
? 2

$ plxc realize --plan p.json --set a=b
! error[E1016]: `--plan` and `--set` exclude each other
!   = note: a plan was evaluated already, with the params of that time
? 2
