# Damage, and what `store verify --repair` does about it.

--- p.plx
a = stage(name = "a", realize = sh('''echo 1 > "$out/a"; mkdir "$out/d"; echo 2 > "$out/d/x"'''))
b = stage(name = "b", a = a / "a", realize = sh('''cat "$a" > "$out/b"'''))
c = stage(name = "c", realize = sh('''echo 3 > "$out/c"'''))
---

$ plxc realize p.plx#b p.plx#c --log=quiet --print=path | tee paths
| $CASE/root/store-v1/HASH1-b/HASH2
| $CASE/root/store-v1/HASH3-c/HASH4
$ plxc store verify
| 3 derivations, 3 realizations, SIZE: 0 faults

# A file that was written to, one that was made writable, and what a dead process may leave.

$ c=$(tail -n 1 paths); a=$(plxc realize p.plx#a --log=quiet --print=path)
> chmod u+w "$a/a"; echo 9 > "$a/a"; chmod u-w "$a/a"
> chmod u+w "$c/c"; mkdir "$CASE/root/tmp/1-00000000.0.job"; touch "$CASE/root/locks/x.lock" "$CASE/root/roots/temp/1-00000000"
> plxc store verify
| note: $CASE/root/locks/x.lock: a process that is gone left it
| note: $CASE/root/roots/temp/1-00000000: a process that is gone left it
| fault: $CASE/root/store-v1/HASH3-c/HASH4: files or folders in it have other modes than 0444 and 0555
| fault: $CASE/root/store-v1/HASH5-a/HASH6: its contents do not fit its name: their hash is HASH7
| note: $CASE/root/tmp/SESSION.job: a process that is gone left it
| 3 derivations, 3 realizations, SIZE: 2 faults
? 4

$ plxc store verify -q
| fault: $CASE/root/store-v1/HASH3-c/HASH4: files or folders in it have other modes than 0444 and 0555
| fault: $CASE/root/store-v1/HASH5-a/HASH6: its contents do not fit its name: their hash is HASH7
| 3 derivations, 3 realizations, SIZE: 2 faults
? 4

$ plxc store verify --repair
| note: $CASE/root/locks/x.lock: a process that is gone left it; removed
| note: $CASE/root/roots/temp/1-00000000: a process that is gone left it; removed
| fault: $CASE/root/store-v1/HASH1-b/HASH2: it was built with rref:HASH6-HASH5-a, which is not in the store; moved to $CASE/root/quarantine/HASH1-b.HASH2
| fault: $CASE/root/store-v1/HASH3-c/HASH4: files or folders in it have other modes than 0444 and 0555; modes restored
| fault: $CASE/root/store-v1/HASH5-a/HASH6: its contents do not fit its name: their hash is HASH7; moved to $CASE/root/quarantine/HASH5-a.HASH6
| note: $CASE/root/tmp/SESSION.job: a process that is gone left it; removed
| 3 derivations, 3 realizations, SIZE: 3 faults
? 4

# What was built with something bad went with it, and is built again with it.

$ plxc store verify
| 3 derivations, 1 realization, SIZE: 0 faults

$ plxc realize p.plx#b p.plx#c --log=quiet --print=path | diff - paths

$ plxc store verify; ls "$CASE/root/quarantine"
| 3 derivations, 3 realizations, SIZE: 0 faults
| HASH1-b.HASH2
| HASH5-a.HASH6
