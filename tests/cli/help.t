# Help, for all commands and for each.

$ plxc --version
| plxc 0.1.0

$ plxc help
| Usage: plxc COMMAND [OPTION…] [ARGUMENT…]
|
| plxc builds pipelines: it evaluates a .plx file to stages, and realizes those
| that the store does not hold yet.
|
| Commands:
|   realize             build what a pipeline describes
|   instantiate         write derivations to the store, build nothing
|   eval                print the value of a file, a name or an expression
|   check               find mistakes without building anything
|   fmt                 format files in place
|   test                run the `test` bindings of files
|   doc                 documentation of modules or of the standard library
|   explain             a page about an error or warning
|   log                 what a realizer printed
|   show                everything about a derivation or realization
|   why                 what would be built, and why
|   graph               draw what depends on what
|   diff                what differs between two stages or realizations
|   lens                follow attributes through configs and dependencies
|   repl                evaluate, realize and pause line by line
|   sessions            list realizations that are paused
|   continue            go on with a realization that is paused
|   cancel              drop a realization that is paused
|   shell               a shell in a paused build, or in a folder of the store
|   store init          make a store
|   store ls            list derivations, realizations or artifacts
|   store cat           print a file of a realization
|   store path          the path of a ref
|   store find          find realizations by name and time
|   store du            what takes how much of the disk
|   store diff          what differs between two refs
|   store deps          what something depends on
|   store rdeps         what depends on something
|   store context       which realizations something was built with
|   store gc            remove what nothing needs
|   store rm            remove derivations or realizations
|   store reindex       make the index beside the store anew
|   store root add      keep something from garbage collection
|   store root ls       list what garbage collection keeps
|   store root rm       let garbage collection take something again
|   store verify        check the whole store
|   store instantiate   plumbing: write a config as a derivation
|   store commit        plumbing: add a folder as a realization
|   init                write a first pipeline to start from
|   completion          print a completion script for a shell
|   help                help about a command
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
|
| Exit status:
|   0   done
|   1   a realizer failed, did not keep a promise, or a download failed
|   2   the command line is wrong
|   3   the source is wrong
|   4   the store or the system failed, or `store verify` found a fault
|   5   an assertion such as --assert-realized, or a test, failed
|   130 interrupted
|
| `plxc COMMAND --help` tells more about a command.

$ plxc --help
| Usage: plxc COMMAND [OPTION…] [ARGUMENT…]
|
| plxc builds pipelines: it evaluates a .plx file to stages, and realizes those
| that the store does not hold yet.
|
| Commands:
|   realize             build what a pipeline describes
|   instantiate         write derivations to the store, build nothing
|   eval                print the value of a file, a name or an expression
|   check               find mistakes without building anything
|   fmt                 format files in place
|   test                run the `test` bindings of files
|   doc                 documentation of modules or of the standard library
|   explain             a page about an error or warning
|   log                 what a realizer printed
|   show                everything about a derivation or realization
|   why                 what would be built, and why
|   graph               draw what depends on what
|   diff                what differs between two stages or realizations
|   lens                follow attributes through configs and dependencies
|   repl                evaluate, realize and pause line by line
|   sessions            list realizations that are paused
|   continue            go on with a realization that is paused
|   cancel              drop a realization that is paused
|   shell               a shell in a paused build, or in a folder of the store
|   store init          make a store
|   store ls            list derivations, realizations or artifacts
|   store cat           print a file of a realization
|   store path          the path of a ref
|   store find          find realizations by name and time
|   store du            what takes how much of the disk
|   store diff          what differs between two refs
|   store deps          what something depends on
|   store rdeps         what depends on something
|   store context       which realizations something was built with
|   store gc            remove what nothing needs
|   store rm            remove derivations or realizations
|   store reindex       make the index beside the store anew
|   store root add      keep something from garbage collection
|   store root ls       list what garbage collection keeps
|   store root rm       let garbage collection take something again
|   store verify        check the whole store
|   store instantiate   plumbing: write a config as a derivation
|   store commit        plumbing: add a folder as a realization
|   init                write a first pipeline to start from
|   completion          print a completion script for a shell
|   help                help about a command
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
|
| Exit status:
|   0   done
|   1   a realizer failed, did not keep a promise, or a download failed
|   2   the command line is wrong
|   3   the source is wrong
|   4   the store or the system failed, or `store verify` found a fault
|   5   an assertion such as --assert-realized, or a test, failed
|   130 interrupted
|
| `plxc COMMAND --help` tells more about a command.

$ plxc help realize
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

$ plxc realize --help
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

$ plxc store -h
| Usage: plxc store COMMAND [OPTION…] [ARGUMENT…]
|
| Commands:
|   store init          make a store
|   store ls            list derivations, realizations or artifacts
|   store cat           print a file of a realization
|   store path          the path of a ref
|   store find          find realizations by name and time
|   store du            what takes how much of the disk
|   store diff          what differs between two refs
|   store deps          what something depends on
|   store rdeps         what depends on something
|   store context       which realizations something was built with
|   store gc            remove what nothing needs
|   store rm            remove derivations or realizations
|   store reindex       make the index beside the store anew
|   store root add      keep something from garbage collection
|   store root ls       list what garbage collection keeps
|   store root rm       let garbage collection take something again
|   store verify        check the whole store
|   store instantiate   plumbing: write a config as a derivation
|   store commit        plumbing: add a folder as a realization
|
| `plxc store COMMAND --help` tells more about a command.

$ plxc help store
| Usage: plxc store COMMAND [OPTION…] [ARGUMENT…]
|
| Commands:
|   store init          make a store
|   store ls            list derivations, realizations or artifacts
|   store cat           print a file of a realization
|   store path          the path of a ref
|   store find          find realizations by name and time
|   store du            what takes how much of the disk
|   store diff          what differs between two refs
|   store deps          what something depends on
|   store rdeps         what depends on something
|   store context       which realizations something was built with
|   store gc            remove what nothing needs
|   store rm            remove derivations or realizations
|   store reindex       make the index beside the store anew
|   store root add      keep something from garbage collection
|   store root ls       list what garbage collection keeps
|   store root rm       let garbage collection take something again
|   store verify        check the whole store
|   store instantiate   plumbing: write a config as a derivation
|   store commit        plumbing: add a folder as a realization
|
| `plxc store COMMAND --help` tells more about a command.

$ plxc help store ls
| Usage: plxc store ls [OPTION…] [REF]
|
| List derivations, realizations or artifacts.
|
| Without REF the derivations of the store, of a dref its realizations, of an rref
| its files; `RREF/sub/folder` works too.
|
| Options:
|   -l, --long              with build time and size
|       --json              print JSON
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

$ plxc -h realize | head -n 1
| Usage: plxc realize [OPTION…] [TARGET…]

$ plxc help store root | head -n 1
| Usage: plxc store root COMMAND [OPTION…] [ARGUMENT…]

$ plxc help store root add
| Usage: plxc store root add NAME REF
|
| Keep something from garbage collection.
|
| Makes REF a root: it, and all that it needs, is kept until `store root rm NAME`.
| Of a dref that is all of its realizations. NAME is yours: letters, digits, `_`
| and `-`.
|
|   plxc store root add release-3 "$(plxc realize pipeline.plx#report)"
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
