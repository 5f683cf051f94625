# The cache that large pipelines are matched by: whatever becomes of it, only time is lost.

$ cat > many.plx <<'END'
> all = [stage(name = "s~{i}", i = i, o = promise / "o", realize = sh('''echo "$i" > "$o"''')) for i in range(300)]
> default = stage(name = "sum", all = [s.o for s in all], o = promise / "o", realize = sh('''cat $all | sort -n | tail -n 1 > "$o"'''))
> END

$ plxc realize --log=quiet many.plx -j 4 > first.rref

$ test -f $PLX_ROOT/index/graph.sqlite && plxc realize many.plx | diff - first.rref
! plxc: 301 reused in TIME, TIME saved

$ echo nonsense > $PLX_ROOT/index/graph.sqlite; plxc realize many.plx | diff - first.rref
! plxc: 301 reused in TIME, TIME saved

$ rm -r $PLX_ROOT/index; plxc realize many.plx | diff - first.rref
! plxc: 301 reused in TIME

$ chmod -w $PLX_ROOT/index; plxc realize many.plx | diff - first.rref; chmod +w $PLX_ROOT/index
! plxc: 301 reused in TIME

# What another process adds or removes is seen.

$ plxc realize --log=quiet many.plx --rebuild=s7 | diff - first.rref


# Something else in its place, too, costs only time; `reindex` says what is in the way.

$ rm -r "$PLX_ROOT/index"; touch "$PLX_ROOT/index"; timeout 60 plxc realize many.plx | diff - first.rref; timeout 60 plxc store gc --keep-latest 1 -n; plxc store reindex
! plxc: 301 reused in TIME
! plxc: would free nothing; 301 derivations and 301 realizations would stay
! error[E0707]: cannot make the index anew at $CASE/root/index: Not a directory
!   = help: remove what is there; until then plx does without an index
? 4
$ rm "$PLX_ROOT/index"; mkdir -p "$PLX_ROOT/index/graph.sqlite/x"; timeout 60 plxc realize many.plx | diff - first.rref; timeout 60 plxc store gc --keep-latest 1 -n; plxc store reindex
! plxc: 301 reused in TIME
! plxc: would free nothing; 301 derivations and 301 realizations would stay
! error[E0707]: cannot make the index anew at $CASE/root/index/graph.sqlite: Is a directory
!   = help: remove what is there; until then plx does without an index
? 4
$ rm -r "$PLX_ROOT/index"; mkdir "$PLX_ROOT/index"; mkfifo "$PLX_ROOT/index/graph.sqlite"; timeout 60 plxc realize many.plx | diff - first.rref; timeout 60 plxc store gc --keep-latest 1 -n; plxc store reindex; test -f "$PLX_ROOT/index/graph.sqlite"
! plxc: 301 reused in TIME
! plxc: would free nothing; 301 derivations and 301 realizations would stay
! plxc: read 301 derivations and 301 realizations
$ rm -r "$PLX_ROOT/index"; ln -s nowhere "$PLX_ROOT/index"; timeout 60 plxc realize many.plx | diff - first.rref; plxc store reindex; rm "$PLX_ROOT/index"; plxc store reindex; test -f "$PLX_ROOT/index/graph.sqlite"
! plxc: 301 reused in TIME
! error[E0707]: cannot make the index anew at $CASE/root/index: Not a directory
!   = help: remove what is there; until then plx does without an index
! plxc: read 301 derivations and 301 realizations
