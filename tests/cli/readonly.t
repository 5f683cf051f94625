# On a store that cannot be written, what is realized is served.

--- p.plx
a = stage(name = "a", realize = sh('''echo hi > "$out/a"'''))
b = stage(name = "b", a = a / "a", realize = sh('''cat "$a" > "$out/b"'''))
---

$ plxc realize p.plx#a --log=quiet > a.rref; chmod -R a-w "$CASE/root"

# root may write everywhere, so it becomes nobody.

--- plxc.sh
if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid=65534 --regid=65534 --clear-groups plxc "$@"
fi
exec plxc "$@"
---

$ sh plxc.sh realize p.plx#a | diff - a.rref
! plxc: 1 reused in TIME

$ sh plxc.sh store cat "$(cat a.rref)/a"
| hi

$ sh plxc.sh show "$(cat a.rref)" | head -n 1
| realization   rref:HASH1-HASH2-a

$ sh plxc.sh realize p.plx#b
! error[E0708]: the store $CASE/root/store-v1 is read-only
!   = note: what is realized there can be used, but nothing can be added
!   = note: the derivation `b` is not in it
! plxc: 1 reused, 1 failed in TIME
? 4

$ sh plxc.sh store verify
| 1 derivation, 1 realization, SIZE: 0 faults

# What only looks works; what would change something says that it cannot.

$ sh plxc.sh store du --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["refs"]))'
| 1
$ sh plxc.sh store find | diff - a.rref
$ sh plxc.sh store deps "$(cat a.rref)"; sh plxc.sh store rdeps "$(cat a.rref)"; sh plxc.sh store context "$(cat a.rref)"; sh plxc.sh store root ls
$ sh plxc.sh lens "$(cat a.rref).name"
| a
$ sh plxc.sh why p.plx
| realized  a
| to build  b: it has no realization yet
! plxc: 1 of 2 stages would be built
$ sh plxc.sh diff p.plx#a "$(cat a.rref)"; sh plxc.sh graph "$(cat a.rref)" --format=mermaid
| flowchart TD
|     n0("a"):::target
|     classDef target stroke-width:3px
$ sh plxc.sh store gc --dry-run
| rref:HASH1-HASH2-a
| dref:HASH2-a
! plxc: would free SIZE: 1 derivation and 1 realization; nothing would stay
$ sh plxc.sh store gc
! error[E0708]: the store $CASE/root/store-v1 is read-only
!   = note: what is realized there can be used, but nothing can be added
? 4
$ sh plxc.sh store rm "$(cat a.rref)" --dry-run
| rref:HASH1-HASH2-a
! plxc: would free SIZE: 1 realization; 1 derivation would stay
$ sh plxc.sh store rm "$(cat a.rref)"
! error[E0708]: the store $CASE/root/store-v1 is read-only
!   = note: what is realized there can be used, but nothing can be added
? 4
$ sh plxc.sh store root add x "$(cat a.rref)"
! error[E0708]: the store $CASE/root/store-v1 is read-only
!   = note: what is realized there can be used, but nothing can be added
? 4
$ sh plxc.sh store root rm x
! error[E1030]: there is no root `x`
!   = help: `plxc store root ls` lists them
? 2
