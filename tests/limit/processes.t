# What outlives a realizer does not.

--- a.plx
attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
outlive = attack("outlive")
stopped = attack("stopped")
hydra = attack("hydra")
write_late = attack("write-late")
leave_group(timeout) = stage(name = "leave-group", timeout = timeout, passenv = ["CASE"], realize = exec(["attacker", "leave-group"]))
in_time = leave_group(1)
for_ever = leave_group(1000)
kill_parent = attack("kill-parent")
kill_parent_detached = attack("kill-parent-detached")
good = stage(name = "good", realize = sh("true"))
---

# A process of another session that nobody waits for, deaf to polite signals.

$ plxc log "$(plxc realize a.plx#outlive --log=quiet)"
| plx: ended 1 process that the realizer left behind
$ kill -0 "$(cat "$CASE/pid")" 2>&1 | grep -o 'No such process'
| No such process

# One that is stopped.

$ plxc log "$(plxc realize a.plx#stopped --log=quiet)"
| plx: ended 1 process that the realizer left behind
$ kill -0 "$(cat "$CASE/pid")" 2>&1 | grep -o 'No such process'
| No such process

# One that is another one all the time.

$ plxc realize a.plx#hydra --log=quiet > /dev/null; ps -C attacker -o pid=,args= | grep hydra
? 1

# One that keeps a file of the output open and waits for the moment to write to it.

$ cat "$(plxc realize a.plx#write_late --log=quiet --print=path)/file"
| file
$ kill -0 "$(cat "$CASE/pid")" 2>&1 | grep -o 'No such process'
| No such process

# One that is in another group than it began in ends in time, and when plx is interrupted. What it writes its processes to
# is a fifo the second time.

$ plxc realize a.plx#in_time --log=quiet
! error[E0803]: `leave-group` did not end within its 1 second
!  --> a.plx:6:24
!   |
! 6 | leave_group(timeout) = stage(name = "leave-group", timeout = timeout, passenv = ["CASE"], realize = exec(["attacker", "leave-group"]))
!   |                        ^^^^^ this stage
!   |
!   : plx: ended 1 process that the realizer left behind
!   |
!   = note: the whole log is in $CASE/root/log/HASH1-leave-group.log
!   = help: `plxc log dref:HASH1-leave-group` shows it
? 1
$ for pid in $(cat "$CASE/pids"); do kill -0 $pid 2>&1 | grep -o 'No such process'; done
| No such process
| No such process
$ rm "$CASE/pids"; mkfifo "$CASE/pids"
> env --default-signal plxc realize a.plx#for_ever --log=quiet &
> read leader child < "$CASE/pids"
> kill -s INT $!
> wait $!
> echo $?
> for pid in $leader $child; do kill -0 $pid 2>&1 | grep -o 'No such process'; done
| 130
| No such process
| No such process

# A realizer that ends the process which looks after it ends with it.

$ plxc realize a.plx#kill_parent --log=quiet
! error[E0816]: the worker process that realized `kill-parent` died
!  --> a.plx:1:16
!   |
! 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
!   |                ^^^^^ this stage
!   |
!   = note: it got SIGKILL; the system may have run out of memory
? 4

# So does what it had detached from itself, while another worker goes on.

$ plxc realize -k -j 2 a.plx#kill_parent_detached a.plx#good --log=quiet 2>&1 | grep -v '^ '
| error[E0816]: the worker process that realized `kill-parent-detached` died
| 1 | attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
$ kill -0 "$(cat "$CASE/pid")" 2>&1 | grep -o 'No such process'; ps -C attacker -o pid=,args= | grep detached
| No such process
? 1

# A process that is plx's child but not of its making is left alone. Then nobody can tell which of the others are.

$ (sleep 60 > /dev/null 2>&1 & echo $! > own; exec plxc realize a.plx#kill_parent_detached --log=quiet 2> /dev/null)
? 4
$ kill "$(cat own)" && echo alive
> kill -KILL "-$(cat "$CASE/pid")"
| alive

$ plxc store verify; ls "$CASE/root/tmp"
| 8 derivations, 5 realizations, SIZE: 0 faults
