# Large files are hashed while they are copied, by threads; what was hashed is what verify finds.

$ head -c 9000001 /dev/zero > large.bin; mkdir folder; cp large.bin folder/z; echo small > folder/a

$ hash=$(sha256sum large.bin | cut -c-64); printf 'f = fetchlocal(path = ./large.bin, sha256 = "%s", mode = "as-is")\nu = fetchlocal(path = ./large.bin, sha256 = "%s")\ns = source(./large.bin)\nt = source(./folder)\n' "$hash" "$hash" > p.plx

$ plxc realize p.plx#f p.plx#u p.plx#s --log=quiet --print=path > paths; while read -r path; do diff -r --exclude='__*' --exclude=context.json "$path" . | grep -v '^Only in \.: '; done < paths > differences; cat differences

$ diff -r "$(plxc realize p.plx#t --log=quiet --print=path)" folder

$ plxc store verify | grep -o '0 faults'
| 0 faults
