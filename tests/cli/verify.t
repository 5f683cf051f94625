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

# A fifo in the place of a file is damage, and nothing waits for it.

$ b=$(head -n 1 paths)
> fifo() { echo "== $1"; plxc realize p.plx#b --log=quiet > /dev/null; chmod u+w "$(dirname "$b/$1")"; rm -f "$b/$1"; mkfifo "$b/$1"; }
> try() { timeout 60 plxc store gc -n > /dev/null 2> said || { echo "gc: $?"; cat said; }; timeout 60 plxc realize p.plx#b --log=quiet > /dev/null 2> said || { echo "realize: $?"; cat said; }; timeout 60 plxc store verify --repair; }
> fifo context.json; timeout 60 plxc store context "$b"; try
> fifo __meta__.json; timeout 60 plxc show "$b" > /dev/null; try
> fifo __buildtime__.txt; timeout 60 plxc store ls -l > /dev/null; try
> fifo __log__.txt; timeout 60 plxc log "$b"; try
> fifo ../config.json; timeout 60 plxc store deps "$(dirname "$b")"; try
| == context.json
| gc: 4
| error[E0707]: cannot read the folder of dref:HASH1-b: Invalid argument
|   = help: if something in it is damaged, `plxc store verify` names it
| realize: 4
| error[E0724]: rref:HASH2-HASH1-b is damaged: its context.json cannot be read: it is no regular file
|   = help: `plxc store verify --repair` moves what is damaged away
| fault: $CASE/root/store-v1/HASH1-b/HASH2: its context.json cannot be read: it is no regular file; moved to $CASE/root/quarantine/HASH1-b.HASH2.1
| 3 derivations, 3 realizations, SIZE: 1 fault
| == __meta__.json
| fault: $CASE/root/store-v1/HASH1-b/HASH2: $CASE/root/store-v1/HASH1-b/HASH2/__meta__.json is a fifo; moved to $CASE/root/quarantine/HASH1-b.HASH2.2
| 3 derivations, 3 realizations, SIZE: 1 fault
| == __buildtime__.txt
| fault: $CASE/root/store-v1/HASH1-b/HASH2: $CASE/root/store-v1/HASH1-b/HASH2/__buildtime__.txt is a fifo; moved to $CASE/root/quarantine/HASH1-b.HASH2.3
| 3 derivations, 3 realizations, SIZE: 1 fault
| == __log__.txt
| fault: $CASE/root/store-v1/HASH1-b/HASH2: $CASE/root/store-v1/HASH1-b/HASH2/__log__.txt is a fifo; moved to $CASE/root/quarantine/HASH1-b.HASH2.4
| 3 derivations, 3 realizations, SIZE: 1 fault
| == ../config.json
| gc: 4
| error[E0707]: cannot read the folder of dref:HASH1-b: Invalid argument
|   = help: if something in it is damaged, `plxc store verify` names it
| fault: $CASE/root/store-v1/HASH1-b: its config.json cannot be read: it is no regular file; moved to $CASE/root/quarantine/HASH1-b
| 3 derivations, 2 realizations, SIZE: 1 fault
! error[E0724]: rref:HASH2-HASH1-b is damaged: its context.json cannot be read: it is no regular file
!   = help: `plxc store verify --repair` moves what is damaged away
! error[E1019]: cannot read $CASE/root/store-v1/HASH1-b/HASH2/__log__.txt: it is no regular file
! error[E0724]: the config of dref:HASH1-b is damaged: it is no regular file
!   = help: `plxc store verify --repair` moves it away
? 4
$ plxc realize p.plx#b --log=quiet | sed 's/.*-//'; plxc store verify -q
| b

$ mkfifo "$CASE/root/roots/temp/1-0000000f" "$CASE/root/locks/f.lock"; mkdir -p "$CASE/root/sessions/s"; mkfifo "$CASE/root/sessions/s/roots" "$CASE/root/sessions/s/session.json" "$CASE/root/sessions/s/lock"
> timeout 60 plxc store verify --repair -q; timeout 60 plxc store gc -n; timeout 60 plxc sessions; ls "$CASE/root/roots/temp" "$CASE/root/locks"; rm -r "$CASE/root/sessions/s"
| fault: $CASE/root/sessions/s/session.json: the paused session cannot be read: it is no regular file
| 3 derivations, 3 realizations, SIZE: 1 fault
| $CASE/root/locks:
| gc.lock
|
| $CASE/root/roots/temp:
! error[E0724]: the files of the paused session `s` are damaged
!   = note: it is not known what it keeps, so nothing is removed
!   = help: `plxc store verify` says what is wrong; `plxc cancel s` drops the session
! error[E0832]: cannot read the session $CASE/root/sessions/s: Invalid argument
!   = help: `plxc cancel s` drops it, and what was made by hand

# A link is never followed: what it leads to is not the store's.

$ dref=$(plxc instantiate p.plx#c); c=$(plxc store path "$dref"); mv "$c/config.json" outside.json; chmod 640 outside.json; ln -s "$CASE/work/outside.json" "$c/config.json"; plxc store verify
| fault: $CASE/root/store-v1/HASH3-c: its config.json cannot be read: it is a link
| 3 derivations, 2 realizations, SIZE: 1 fault
? 4
$ plxc store verify --repair; stat -c %a outside.json; plxc store verify
| fault: $CASE/root/store-v1/HASH3-c: its config.json cannot be read: it is a link; moved to $CASE/root/quarantine/HASH3-c
| 3 derivations, 2 realizations, SIZE: 1 fault
| 640
| 2 derivations, 2 realizations, SIZE: 0 faults
$ b=$(plxc realize p.plx#b --log=quiet --print=path); chmod u+w "$b"; mv "$b/context.json" outside.json; chmod 640 outside.json; ln -s "$CASE/work/outside.json" "$b/context.json"; plxc store verify --repair; stat -c %a outside.json
| fault: $CASE/root/store-v1/HASH1-b/HASH2: its context.json cannot be read: it is a link; moved to $CASE/root/quarantine/HASH1-b.HASH2.5
| 2 derivations, 2 realizations, SIZE: 1 fault
| 640
$ dref=$(plxc instantiate p.plx#c); c=$(plxc store path "$dref"); mv "$c" outside; chmod 640 outside/config.json; ln -s "$CASE/work/outside" "$c"; chmod 700 outside; plxc store verify --repair; stat -c %a outside outside/config.json; plxc store verify
| fault: $CASE/root/store-v1/HASH3-c: it is no derivation; moved to $CASE/root/quarantine/HASH3-c.1
| 2 derivations, 1 realization, SIZE: 1 fault
| 700
| 640
| 2 derivations, 1 realization, SIZE: 0 faults

# Times and modes are put right, and made right whatever the umask is.

$ c=$(umask 077; plxc realize p.plx#c --log=quiet --print=path); plxc store verify; touch -h -d @5 "$c/c"; chmod 777 "$(dirname "$c")"; plxc store verify --repair; plxc store verify
| 3 derivations, 2 realizations, SIZE: 0 faults
| fault: $CASE/root/store-v1/HASH3-c: it has another mode than 0755; modes restored
| fault: $CASE/root/store-v1/HASH3-c/HASH4: not all in it was modified 1 second after the epoch; times restored
| 3 derivations, 2 realizations, SIZE: 2 faults
| 3 derivations, 2 realizations, SIZE: 0 faults

# A realization whose context is damaged is made again and found in the store: that it cannot be used is said.

$ b=$(plxc realize p.plx#b --log=quiet --print=path); c=$b/context.json; chmod u+w "$b" "$c"
> echo '{' > "$c"; plxc realize p.plx#b --log=quiet; plxc store context "$b"
> echo '{}' > "$c"; plxc realize p.plx#b --log=quiet
> rm "$c"; plxc realize p.plx#b --log=quiet
> plxc store verify --repair -q > /dev/null; plxc realize p.plx#b --log=quiet | sed 's/.*-//'
| b
! error[E0712]: $CASE/root/store-v1/HASH1-b/HASH2/context.json is not a context: string or '}' expected near end of file
!   = note: a context is a JSON object that gives a list of rrefs for each dref
!   = help: `plxc store verify --repair` moves what is damaged away
! error[E0712]: $CASE/root/store-v1/HASH1-b/HASH2/context.json is not a context: string or '}' expected near end of file
!   = note: a context is a JSON object that gives a list of rrefs for each dref
!   = help: `plxc store verify --repair` moves what is damaged away
! error[E0724]: rref:HASH2-HASH1-b is damaged: its context.json is not what it was
!   = help: `plxc store verify --repair` moves what is damaged away
! error[E0724]: rref:HASH2-HASH1-b is damaged: its context.json cannot be read: No such file or directory
!   = help: `plxc store verify --repair` moves what is damaged away
