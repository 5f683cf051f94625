# What is and what is not a part of a stage's identity.

--- a/pipeline.plx
_script = '''sort "$data" > "$out/sorted"'''
prepare = stage(name = "prepare", from = ./data.csv, realize = python(./tools/prepare.py))
sorted = stage(name = "sorted", data = prepare / "rows", realize = sh(_script))
report = stage(name = "report", opts = { title = "t", size = 3 }, of = sorted, realize = sh("echo ~{sorted / "sorted"}"))
---
--- a/data.csv
1,2
---
--- a/tools/prepare.py
print(1)
---
$ plxc instantiate a/pipeline.plx > a.drefs; wc -l < a.drefs
| 3

# The same, with comments, other names and another order of bindings, arguments and fields, other formatting, in another folder.

--- b/deep/pipeline.plx
# A comment.
report = stage(opts = {
    size = 3, title = "t" },
  realize = sh("echo " + "~{last / "sorted"}"), of = last, match = match_latest(),
  name = "report", timeout = 10, silent_timeout = 5, retry = 2, resources = { cpus = 1 })
last = stage(data = first / "rows", name = "sorted", realize = sh('''
  sort "$data" > "$out/sorted"'''))
## What comes first.
first = let file = ./in/data.csv in stage(realize = python(./../prepare.py), from = file, name = "prepare")
---
$ mkdir -p b/deep/in; cp a/data.csv b/deep/in/; cp a/tools/prepare.py b/; plxc instantiate b/deep/pipeline.plx | sort > b.drefs; sort a.drefs | diff - b.drefs

$ plxc fmt b/deep/pipeline.plx; plxc instantiate b/deep/pipeline.plx | sort | diff - b.drefs

# A number's type, a script's character, a source's byte: each is another stage.

--- c.plx
_make(n, text = "true", ..more) = stage(name = "s", n = n, realize = sh(text), ..more)
stages = [_make(1), _make(1.0), _make("1"), _make([1]), _make(null), _make(-0.0), _make(0.0), _make(1, "true "), _make(1, outputs = 2),
  _make(1, hash_realizer = false), _make(1, m = null), _make("é"), _make("e\u{301}"), _make(./a/data.csv), _make("~{./a/data.csv}")]
different = len(unique([to_json(s) for s in stages])) == len(stages)
---
$ plxc eval c.plx#different
| true

$ plxc eval c.plx --json -e '_make(./a/data.csv)' > before; printf '1,2 ' > a/data.csv; plxc eval c.plx --json -e '_make(./a/data.csv)' | cmp -s - before || echo another
| another
