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

