# Outputs that are much of something.

--- a.plx
param n: Int = 0

attack(what) = stage(name = what, n = n, realize = exec(["attacker", what, "~{n}"]))
deep = attack("deep")
many = attack("many")
sparse = attack("sparse")
chatter = attack("chatter")
---

# Folders in folders: as many as the store walks through, and no more.

$ plxc realize a.plx#deep --set n=399 --log=quiet > /dev/null; echo $?
| 0

$ plxc realize a.plx#deep --set n=5000 --log=quiet
! error[E0723]: $CASE/root/tmp/SESSION.job/out has more than 400 folders inside each other
!  --> a.plx:3:16
!   |
! 3 | attack(what) = stage(name = what, n = n, realize = exec(["attacker", what, "~{n}"]))
!   |                ^^^^^ this stage
!   |
!   = note: it wrote nothing to its log
!   = help: make the tree flatter, or keep it as an archive
? 1
$ ls "$CASE/root/tmp"

# 100,000 files.

$ ls "$(plxc realize a.plx#many --set n=100000 --log=quiet --print=path)" | grep -c '^[0-9]'
| 100000

# A file of 1 GiB of nothing stays one: its hash counts all of it, the disk does not.

$ cd "$(plxc realize a.plx#sparse --set n=1 --log=quiet --print=path)"; stat -c %s sparse; test "$(stat -c %b sparse)" -lt 100 && echo sparse
| 1073741824
| sparse

# A long log.

$ plxc log "$(plxc realize a.plx#chatter --set n=64 --log=quiet)" | wc -c
| 67108864

$ plxc store verify; ls "$CASE/root/tmp"
| 5 derivations, 4 realizations, 1.1 GiB: 0 faults
