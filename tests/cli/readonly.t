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
? 4

$ sh plxc.sh store verify
| 1 derivation, 1 realization, SIZE: 0 faults
