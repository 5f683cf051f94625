# A list in a config stays a list, whatever stands in it: a Ref, which is written as a list too, is told from one.

--- p.plx
data = mkfile("data", "1\n")
more = mkfile("more", "2\n")
use(x) = stage(name = "use", x = x, realize = sh('''cp "$PLX_CONFIG" "$out/config"; echo "${x-none}" > "$out/x"'''))
file = use(data / "data")
strings = use([data, "data"])
one = use([data])
two = use([data, more])
mixed = use([data, "a", more])
nested = use({ runs = [[data, "a/b"], [more]], file = data / "data" })
equal = strings == file
shown = [data, "data"]
dref_part = use(data / "dref:00000000000000000000000000000000-a")
arguments = exec([data, "data"])
python_paths(x) = stage(name = "python", x = x, realize = python('''
  from plx import build
  b = build()
  (b.outpath / "n").write_text(f"{len(b.paths(b.config['x']))}\n")
'''))
python_one = python_paths([data])
python_two = python_paths([data, more])
---

$ for t in file strings one two mixed nested; do plxc realize p.plx#$t --log=quiet -o $t > $t.rref; done

$ show() { python3 -c 'import json, sys; print(json.dumps(json.load(open(sys.argv[1]))["x"]))' $1/config; cat $1/x; }
> for t in file strings one two mixed nested; do echo "$t"; show $t; done
| file
| "$CASE/root/store-v1/HASH1-data/HASH2/data"
| $CASE/root/store-v1/HASH1-data/HASH2/data
| strings
| ["$CASE/root/store-v1/HASH1-data/HASH2", "data"]
| $CASE/root/store-v1/HASH1-data/HASH2 data
| one
| ["$CASE/root/store-v1/HASH1-data/HASH2"]
| $CASE/root/store-v1/HASH1-data/HASH2
| two
| ["$CASE/root/store-v1/HASH1-data/HASH2", "$CASE/root/store-v1/HASH3-more/HASH4"]
| $CASE/root/store-v1/HASH1-data/HASH2 $CASE/root/store-v1/HASH3-more/HASH4
| mixed
| ["$CASE/root/store-v1/HASH1-data/HASH2", "a", "$CASE/root/store-v1/HASH3-more/HASH4"]
| $CASE/root/store-v1/HASH1-data/HASH2 a $CASE/root/store-v1/HASH3-more/HASH4
| nested
| {"file": "$CASE/root/store-v1/HASH1-data/HASH2/data", "runs": [["$CASE/root/store-v1/HASH1-data/HASH2", "a/b"], ["$CASE/root/store-v1/HASH3-more/HASH4"]]}
| none

$ plxc eval p.plx#equal; plxc eval --json p.plx#shown
| false
| {
|     "__list__": [
|         "dref:HASH1-data",
|         "data"
|     ]
| }

# The arguments of a program are never a path.

$ plxc eval --json p.plx#arguments
| {
|     "args": [
|         "dref:HASH1-data",
|         "data"
|     ],
|     "kind": "exec"
| }

# For Python a list is its paths.

$ plxc realize p.plx#python_one --log=quiet -o python > python.rref; cat python/n; plxc realize p.plx#python_two --log=quiet -o python > python.rref; cat python/n
| 1
| 2

# What people see.

$ plxc lens file.x; plxc lens file.x --path; plxc lens strings.x; plxc lens strings.x.0; plxc lens strings.x.1; plxc lens strings.x.0.name; plxc lens strings.x.0 --path
| dref:HASH1-data/data
| $CASE/root/store-v1/HASH1-data/HASH2/data
| {
|     "__list__": [
|         "dref:HASH1-data",
|         "data"
|     ]
| }
| dref:HASH1-data
| data
| data
| $CASE/root/store-v1/HASH1-data/HASH2
$ plxc lens strings.x --path
! error[E1031]: `strings.x` is a list, which is no ref
? 2
$ plxc lens strings.x.2
! error[E1031]: `strings.x` has no attribute `2`
!   = note: it is a list of 2
? 2
$ plxc lens one.x; plxc lens one.x.0.name; plxc lens two.x.1.name; plxc lens nested.x.runs.1.0.name
| [
|     "dref:HASH1-data"
| ]
| data
| more
| more
$ plxc lens two.x --path
! error[E1031]: `two.x` is a list, which is no ref
? 2
$ plxc lens two.x --refpath
! error[E1031]: `two.x` is a list, which is no path in a stage
? 2
$ plxc diff file strings
| --- rref:HASH5-HASH6-use
| +++ rref:HASH7-HASH8-use
| - x: dref:HASH1-data/data
| + x: ["dref:HASH1-data", "data"]
| ~ config (358 B -> 385 B)
| ~ x (112 B, other contents)
$ plxc diff one two
| --- rref:HASH9-HASH10-use
| +++ rref:HASH11-HASH12-use
| - x: ["dref:HASH1-data"]
| + x: ["dref:HASH1-data", "dref:HASH3-more"]
| ~ config (369 B -> 487 B)
| ~ x (107 B -> 214 B)
$ plxc diff file nested
| --- rref:HASH5-HASH6-use
| +++ rref:HASH13-HASH14-use
| - x: dref:HASH1-data/data
| + x: {"file": ["dref:HASH1-data", "data"], "runs": [{"__list__": ["dref:HASH1-data", "a/b"]}, ["dref:HASH3-more"]]}
| ~ config (358 B -> 741 B)
| ~ x (112 B -> 5 B)

# A part of a path that is a dref would be another dependency.

$ plxc realize p.plx#dref_part
! error[E0415]: a path has the part `dref:HASH15-a`, which is a dref
!  --> p.plx:3:30
!   |
! 3 | use(x) = stage(name = "use", x = x, realize = sh('''cp "$PLX_CONFIG" "$out/config"; echo "${x-none}" > "$out/x"'''))
!   |                              ^
!   |
!   = trace: in the call of `stage` (p.plx:3:10)
!            in the call of `use` (p.plx:12:13)
!            while evaluating `dref_part` (p.plx:12:1)
!   = note: in a config, a string that is a whole dref is a dependency
? 3
