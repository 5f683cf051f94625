# Removal by name (rmref): refused where others need it, unless forced.

--- p.plx
a = stage(name = "a", outputs = 2, match = match_best("n"), realize = sh('''echo 1 > "$out1/n"; echo 2 > "$out2/n"'''))
b = stage(name = "b", a = a / "n", realize = sh('''cat "$a" > "$out/b"'''))
c = stage(name = "c", b = b / "b", realize = sh('''cat "$b" > "$out/c"'''))
---

$ plxc realize p.plx#c --log=quiet -o result > c.rref; plxc instantiate p.plx#a > a.dref; plxc instantiate p.plx#b > b.dref; plxc realize p.plx#b --log=quiet > b.rref
$ plxc store ls "$(cat a.dref)" > as; used=$(plxc store deps b.rref 2> /dev/null || plxc store deps "$(cat b.rref)"); grep -v "$used" as > unused.rref; echo "$used" > used.rref

# Nothing needs it: it goes, alone.

$ plxc store rm --dry-run "$(cat unused.rref)"
| rref:HASH1-HASH2-a
! plxc: would free SIZE: 1 realization; 3 derivations and 3 realizations would stay
$ plxc store rm "$(cat unused.rref)"
| rref:HASH1-HASH2-a
! plxc: freed SIZE: 1 realization; 3 derivations and 3 realizations stay
$ plxc store rm "$(cat unused.rref)"
! error[E0703]: there is no realization rref:HASH1-HASH2-a in the store
? 4

# Something was built with it, or a root leads to it.

$ plxc store rm "$(cat used.rref)"
! error[E0727]: rref:HASH3-HASH2-a is needed by others
!   = note: rref:HASH4-HASH5-b needs rref:HASH3-HASH2-a
!   = help: with --force they are removed as well
? 4
$ plxc store rm "$(cat a.dref)"
! error[E0727]: rref:HASH3-HASH2-a is needed by others
!   = note: rref:HASH4-HASH5-b needs rref:HASH3-HASH2-a
!   = note: dref:HASH5-b needs dref:HASH2-a
!   = help: with --force they are removed as well
? 4
$ plxc store rm result
! error[E0727]: rref:HASH6-HASH7-c is kept by a root
!   = note: the root is $CASE/work/result
!   = help: remove that first, or use --force
? 4
$ plxc store rm "$(cat used.rref)" "$(cat b.rref)" "$(cat c.rref)"
! error[E0727]: rref:HASH6-HASH7-c is kept by a root
!   = note: the root is $CASE/work/result
!   = help: remove that first, or use --force
? 4

# Forced: with all that needs it, and the root leads nowhere.

$ plxc store rm --force --dry-run --json "$(cat used.rref)" | python3 -c 'import json, sys; r = json.load(sys.stdin); print(r["dry_run"], [i["ref"][-1] for i in r["removed"]], r["bytes"] == sum(i["bytes"] for i in r["removed"]), r["kept"])'
| True ['c', 'b', 'a'] True {'derivations': 3, 'realizations': 0}
$ plxc store rm --force "$(cat used.rref)"
| rref:HASH6-HASH7-c
| rref:HASH4-HASH5-b
| rref:HASH3-HASH2-a
! plxc: freed SIZE: 3 realizations; 3 derivations stay
$ plxc store root ls; plxc store verify
| $CASE/work/result -> nothing
| note: $CASE/root/roots/HASH8: the link $CASE/work/result does not lead into the store any more
| 3 derivations, 0 realizations, SIZE: 0 faults
$ plxc store find
$ plxc store ls
| dref:HASH5-b
| dref:HASH2-a
| dref:HASH7-c
$ plxc store rm -f "$(cat a.dref)"
| dref:HASH7-c
| dref:HASH5-b
| dref:HASH2-a
! plxc: freed SIZE: 3 derivations; nothing stays
$ plxc store ls

# All at once is no dependent of its own; a repeated one is one.

$ plxc realize p.plx#b --log=quiet > /dev/null; plxc store rm "$(cat b.dref)" "$(cat a.dref)" "$(cat b.dref)" | wc -l; plxc store ls
| 5
! plxc: freed SIZE: 2 derivations and 3 realizations; nothing stays

# Mistakes.

$ plxc realize p.plx#b --log=quiet > /dev/null; plxc store rm "$(cat b.rref)/b"
! error[E1018]: `rref:HASH4-HASH5-b/b` is a part of a realization
!   = help: remove all of it: `plxc store rm rref:HASH4-HASH5-b`
? 2
$ plxc store rm
! error[E1005]: `plxc store rm` needs REF…
!   = note: usage: plxc store rm [OPTION…] REF…
!   = help: `plxc store rm --help` lists its options
? 2
$ plxc store rm dref:00000000000000000000000000000000-x
! error[E0702]: there is no derivation dref:HASH9-x in the store
? 4
$ plxc store rm -r "$(cat a.dref)"
! error[E1002]: `plxc store rm` has no option `-r`
!   = note: usage: plxc store rm [OPTION…] REF…
!   = help: `plxc store rm --help` lists its options
? 2
