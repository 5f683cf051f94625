# Outputs that are not what they were, and what lies around them.

--- a.plx
attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
swap = attack("swap")
swap_by_file = attack("swap-by-file")
gone = attack("gone")
move_job = attack("move-job")
name_context = attack("name-context")
name_meta = attack("name-meta")
link_log = attack("link-log")
good = stage(name = "good", file = promise / "file", realize = sh('''echo good > "$out/file"'''))
log_gone = stage(name = "log-gone", realize = sh('''echo said; rm ../log; exit 1'''))
log_fifo = stage(name = "log-fifo", realize = sh('''echo said; rm ../log; mkfifo ../log; exit 1'''))
log_other = stage(name = "log-other", passenv = ["CASE"], realize = sh('''echo said; ln -f "$CASE/outside/file" ../log; exit 3'''))
log_link = stage(name = "log-link", passenv = ["CASE"], realize = sh('''echo said; ln -sf "$CASE/fifo" ../log; exit 3'''))
log_fine = stage(name = "log-fine", realize = sh('''echo said; rm ../log; mkfifo ../log'''))
writer = stage(name = "writer", dep = good.file, realize = exec(["attacker", "write-store"]))
---

$ mkdir "$CASE/outside" && echo outside > "$CASE/outside/file"

$ plxc realize a.plx#swap --log=quiet
! error[E0715]: the output $CASE/root/tmp/SESSION.job/out is not a folder any more
!  --> a.plx:1:16
!   |
! 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
!   |                ^^^^^ this stage
!   |
!   = note: it wrote nothing to its log
? 1

$ plxc realize a.plx#swap_by_file --log=quiet
! error[E0715]: the output $CASE/root/tmp/SESSION.job/out is not a folder any more
!  --> a.plx:1:16
!   |
! 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
!   |                ^^^^^ this stage
!   |
!   = note: it wrote nothing to its log
? 1

$ plxc realize a.plx#gone --log=quiet
! error[E0715]: the output $CASE/root/tmp/SESSION.job/out is not a folder any more
!  --> a.plx:1:16
!   |
! 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
!   |                ^^^^^ this stage
!   |
!   = note: it wrote nothing to its log
? 1

$ plxc realize a.plx#move_job --log=quiet
! error[E0715]: the output $CASE/root/tmp/SESSION.job/out is not a folder any more
!  --> a.plx:1:16
!   |
! 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
!   |                ^^^^^ this stage
!   |
!   = note: it wrote nothing to its log
? 1

$ plxc realize a.plx#name_context --log=quiet
! error[E0714]: an artifact is named `context.json`, which the store itself writes
!  --> a.plx:1:16
!   |
! 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
!   |                ^^^^^ this stage
!   |
!   = note: it is $CASE/root/tmp/SESSION.job/out/context.json
!   = note: it wrote nothing to its log
!   = help: give the artifact another name
? 1

$ plxc realize a.plx#name_meta --log=quiet
! error[E0714]: an artifact is named `__meta__.json`, which the store itself writes
!  --> a.plx:1:16
!   |
! 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
!   |                ^^^^^ this stage
!   |
!   = note: it is $CASE/root/tmp/SESSION.job/out/__meta__.json
!   = note: it wrote nothing to its log
!   = help: give the artifact another name
? 1

$ plxc realize a.plx#link_log --log=quiet
! error[E0714]: an artifact is named `__log__.txt`, which the store itself writes
!  --> a.plx:1:16
!   |
! 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
!   |                ^^^^^ this stage
!   |
!   = note: it is $CASE/root/tmp/SESSION.job/out/__log__.txt
!   = note: it wrote nothing to its log
!   = help: give the artifact another name
? 1

$ ls "$CASE/outside"; cat "$CASE/outside/file"
| file
| outside

# A log that is another one: what was said is shown, and neither what has its name now nor where the whole log is.

$ mkfifo "$CASE/fifo"; for s in log_gone log_fifo log_other log_link; do plxc realize "a.plx#$s" --log=quiet; done 2>&1 | grep -v '^ *[0-9]* *|'
| error[E0801]: `log-gone` failed with exit status 1
|   --> a.plx:10:12
|    : said
| error[E0801]: `log-fifo` failed with exit status 1
|   --> a.plx:11:12
|    : said
| error[E0801]: `log-other` failed with exit status 3
|   --> a.plx:12:13
|    : said
| error[E0801]: `log-link` failed with exit status 3
|   --> a.plx:13:12
|    : said
$ plxc log "$(plxc realize a.plx#log_fine --log=quiet)"
! error[E1019]: `rref:HASH1-HASH2-log-fine` has no log
? 2
$ cat "$CASE/outside/file"
| outside

# A worker goes on after that.

$ plxc realize -j 1 -k a.plx#gone a.plx#move_job a.plx#good --log=quiet 2> /dev/null
| rref:HASH3-HASH4-good
? 1
$ ls "$CASE/root/tmp"
| SESSION.job.moved
| SESSION.job.moved

# The store is no vault: who made its files may write to them. `verify` finds it.

$ plxc realize a.plx#writer --log=quiet
| rref:HASH5-HASH6-writer
$ plxc store verify
| fault: $CASE/root/store-v1/HASH4-good/HASH3: its contents do not fit its name: their hash is HASH7
| note: $CASE/root/tmp/SESSION.job.moved: a process that is gone left it
| note: $CASE/root/tmp/SESSION.job.moved: a process that is gone left it
| 14 derivations, 3 realizations, SIZE: 1 fault
? 4
