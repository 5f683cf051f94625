# A first pipeline, and a shell to look around (shell, shellref).

$ plxc init
| pipeline.plx
! plxc: now try `plxc realize pipeline.plx -o result`
$ plxc check pipeline.plx && plxc fmt --check pipeline.plx && plxc test pipeline.plx
| ok      the number of throws is part of the identity
| 1 of 1 tests passed
$ plxc realize pipeline.plx -j 1 -o result > /dev/null
! plxc: darts: started
! plxc: darts: built in TIME
! plxc: report: started
! plxc: report: built in TIME
! plxc: 2 built in TIME
$ sed 's/[0-9.]\{8\}/NUMBER/g' result/report.txt
| pi is about NUMBER, with an error of NUMBER
$ plxc realize pipeline.plx -j 1 --rebuild=darts --log=quiet -o result > /dev/null 2>&1; test "$(plxc store find --name darts | wc -l)" -gt 4 && echo more
| more

# The one with the smallest error was chosen.

$ for rref in $(plxc store find --name darts); do plxc store cat "$rref/error.txt"; done | sort -n | head -n 1 | cmp - "$(plxc lens "$(plxc realize pipeline.plx --log=quiet).error" --path)"

# Never over what is there.

$ mkdir mine; cd mine; echo mine > pipeline.plx; plxc init; cat pipeline.plx
| mine
! error[E1033]: pipeline.plx exists already
!   = help: `plxc init DIR` makes one in another folder
$ plxc init a/b; plxc init a/b
| a/b/pipeline.plx
! plxc: now try `plxc realize a/b/pipeline.plx -o result`
! error[E1033]: a/b/pipeline.plx exists already
!   = help: `plxc init DIR` makes one in another folder
? 2
$ touch file; plxc init file
! error[E1020]: cannot write file/pipeline.plx: Not a directory
? 4
$ plxc init a b
! error[E1005]: `plxc init` takes no argument `b`
!   = note: usage: plxc init [DIR]
!   = help: `plxc init --help` lists its options
? 2

# shell: $SHELL runs in the folder; its status is the command's.

--- sh
#!/bin/sh
pwd
echo "$PWD $#"
ls
exit 7
---
$ chmod +x sh; SHELL=$PWD/sh plxc shell "$(plxc realize pipeline.plx --log=quiet --print=rref)"
| $CASE/root/store-v1/HASH1-report/HASH2
| $CASE/root/store-v1/HASH1-report/HASH2 0
| __buildtime__.txt
| __log__.txt
| __meta__.json
| context.json
| report.txt
? 7
$ SHELL=$PWD/sh plxc shell result/report.txt > /dev/null; echo $?
| 7
$ export SHELL="$PWD/sh"; plxc shell result/report.txt | head -n 1; plxc shell result | head -n 1; plxc shell "$(plxc instantiate pipeline.plx)" | head -n 1; plxc shell | head -n 1
| $CASE/root/store-v1/HASH1-report/HASH2
| $CASE/root/store-v1/HASH1-report/HASH2
| $CASE/root/store-v1/HASH1-report
| $CASE/root/store-v1
$ echo 'echo $0; pwd' | env -u SHELL plxc shell
| /bin/sh
| $CASE/root/store-v1
$ SHELL=$PWD/nothing plxc shell
! error[E1032]: cannot run `$CASE/work/nothing`: No such file or directory
!   = note: the environment variable SHELL names it
? 2
$ plxc shell result/nothing
! error[E1019]: cannot open $CASE/root/store-v1/HASH1-report/HASH2/nothing: No such file or directory
? 2
$ plxc shell nowhere
! error[E0718]: `nowhere` is no ref and no path into the store
!   = note: the store is $CASE/root/store-v1
!   = note: there is no session `nowhere` either
? 2
