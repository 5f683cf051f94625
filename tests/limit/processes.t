# What outlives a realizer does not.

--- a.plx
attack(what) = stage(name = what, passenv = ["CASE"], realize = exec(["attacker", what]))
outlive = attack("outlive")
stopped = attack("stopped")
hydra = attack("hydra")
write_late = attack("write-late")
kill_parent = attack("kill-parent")
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

$ plxc store verify; ls "$CASE/root/tmp"
| 5 derivations, 4 realizations, SIZE: 0 faults
