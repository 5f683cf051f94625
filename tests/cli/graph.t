# What depends on what, in each format.

--- p.plx
data = stage(name = "data", raw = ./raw.txt, file = promise / "data.csv", realize = sh('''sort "$raw" > "$file"'''))
run(i) = stage(name = "run", i = i, data = data.file, n = promise / "n", outputs = 2, match = match_n(2), realize = sh('''for dir in $outs; do k=$((${k:-0} + 1)); echo "$i $k" > "$dir/n"; done'''))
report = stage(name = "report", runs = [run(1).n, run(2).n], data = data.file, realize = sh('''cat $runs "$data" > "$out/report"'''))
---
--- raw.txt
2
1
---

$ plxc graph p.plx#data
| digraph plx {
|     node [shape=box, style=rounded, fontname="sans-serif"];
|     n0 [label="raw_txt", tooltip="dref:HASH1-raw_txt", shape=note, style=solid];
|     n1 [label="data", tooltip="dref:HASH2-data", penwidth=2];
|     n0 -> n1;
| }

# A name that two stages have gets the first digits of the hash, which are a ref of their own.

$ plxc graph p.plx#report | sed 's/run [0-9a-f]\{8\}/run DIGITS/'
| digraph plx {
|     node [shape=box, style=rounded, fontname="sans-serif"];
|     n0 [label="raw_txt", tooltip="dref:HASH1-raw_txt", shape=note, style=solid];
|     n1 [label="data", tooltip="dref:HASH2-data"];
|     n2 [label="run DIGITS", tooltip="dref:HASH3-run"];
|     n3 [label="run DIGITS", tooltip="dref:HASH4-run"];
|     n4 [label="report", tooltip="dref:HASH5-report", penwidth=2];
|     n0 -> n1;
|     n1 -> n2;
|     n1 -> n3;
|     n1 -> n4;
|     n2 -> n4;
|     n3 -> n4;
| }
$ plxc instantiate p.plx#report > report.dref; plxc lens "$(plxc graph p.plx#report | sed -n 's/.*label="run \([0-9a-f]*\)".*/\1/p' | head -n 1).name"
| run

$ plxc graph p.plx#report p.plx#data --format=mermaid | sed 's/run [0-9a-f]\{8\}/run DIGITS/'
| flowchart TD
|     n0[/"raw_txt"/]
|     n1("data"):::target
|     n2("run DIGITS")
|     n3("run DIGITS")
|     n4("report"):::target
|     n0 --> n1
|     n1 --> n2
|     n1 --> n3
|     n1 --> n4
|     n2 --> n4
|     n3 --> n4
|     classDef target stroke-width:3px

$ plxc graph p.plx#data --json
| {
|     "edges": [
|         {
|             "from": "dref:HASH1-raw_txt",
|             "to": "dref:HASH2-data"
|         }
|     ],
|     "nodes": [
|         {
|             "name": "raw_txt",
|             "ref": "dref:HASH1-raw_txt",
|             "source": true,
|             "target": false
|         },
|         {
|             "name": "data",
|             "ref": "dref:HASH2-data",
|             "source": false,
|             "target": true
|         }
|     ]
| }

$ plxc graph p.plx#data -f svg
| <svg xmlns="http://www.w3.org/2000/svg" width="98" height="130" viewBox="0 0 98 130">
| <style>
| text { font: 13px sans-serif; text-anchor: middle; fill: #222 }
| rect { fill: #eef3fb; stroke: #5b7db1; stroke-width: 1 }
| .source rect { fill: #f4f4f0; stroke: #999; stroke-dasharray: 4 2 }
| .target rect { stroke-width: 2.5 }
| path { fill: none; stroke: #888; stroke-width: 1 }
| </style>
| <defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" style="fill: #888; stroke: none"/></marker></defs>
| <path marker-end="url(#arrow)" d="M48.9 42.0C48.9 65.0 48.9 65.0 48.9 88.0"/>
| <g class="source"><title>dref:HASH1-raw_txt</title><rect x="12.0" y="12.0" width="73.8" height="30" rx="0"/><text x="48.9" y="31.5">raw_txt</text></g>
| <g class="target"><title>dref:HASH2-data</title><rect x="23.1" y="88.0" width="51.6" height="30" rx="6"/><text x="48.9" y="107.5">data</text></g>
| </svg>
$ plxc graph p.plx -f svg > p.svg; python3 - <<'END'
> import xml.etree.ElementTree as xml
> svg = xml.parse("p.svg").getroot()
> ns = "{http://www.w3.org/2000/svg}"
> print(len(svg.findall(f"{ns}g")), "boxes", len(svg.findall(f"{ns}path")), "arrows")
> boxes = [(float(r.get("x")), float(r.get("y")), float(r.get("width"))) for r in svg.iter(f"{ns}rect")]
> width = float(svg.get("width"))
> assert all(0 <= x and x + w <= width for x, _, w in boxes)
> assert all(a == b or a[1] != b[1] or a[0] + a[2] < b[0] or b[0] + b[2] < a[0] for a in boxes for b in boxes)
> END
| 5 boxes 6 arrows

# Realizations, and what they were built with: both of each run.

$ plxc realize p.plx#report --log=quiet -o result > report.rref; plxc graph result | sed 's/\(run\|data\) [0-9a-f]\{8\}/\1 DIGITS/'
| digraph plx {
|     node [shape=box, style=rounded, fontname="sans-serif"];
|     n0 [label="raw_txt", tooltip="rref:HASH6-HASH1-raw_txt"];
|     n1 [label="data", tooltip="rref:HASH7-HASH2-data"];
|     n2 [label="run DIGITS", tooltip="rref:HASH8-HASH4-run"];
|     n3 [label="run DIGITS", tooltip="rref:HASH9-HASH4-run"];
|     n4 [label="run DIGITS", tooltip="rref:HASH10-HASH3-run"];
|     n5 [label="run DIGITS", tooltip="rref:HASH11-HASH3-run"];
|     n6 [label="report", tooltip="rref:HASH12-HASH5-report", penwidth=2];
|     n0 -> n1;
|     n1 -> n2;
|     n1 -> n3;
|     n1 -> n4;
|     n1 -> n5;
|     n1 -> n6;
|     n5 -> n6;
|     n4 -> n6;
|     n3 -> n6;
|     n2 -> n6;
| }
$ plxc graph result | cksum > a; plxc graph "$(cat report.rref)" | cksum | cmp - a
$ plxc graph result --json | python3 -c 'import json, sys; g = json.load(sys.stdin); print(len(g["nodes"]), len(g["edges"]), [n["name"] for n in g["nodes"] if n["target"]])'
| 7 10 ['report']
$ plxc graph --json "$(cat report.dref)" | python3 -c 'import json, sys; g = json.load(sys.stdin); print([n["name"] for n in g["nodes"]])'
| ['raw_txt', 'data', 'run', 'run', 'report']

# Mistakes.

$ plxc graph
! error[E1005]: `plxc graph` needs TARGET…
!   = note: usage: plxc graph [OPTION…] TARGET…
!   = help: `plxc graph --help` lists its options
? 2
$ plxc graph p.plx --format=png
! error[E1004]: `--format` cannot be `png`
!   = note: it is `dot`, `mermaid`, `svg` or `json`
? 2
$ plxc graph p.plx#nothing
! error[E1007]: `p.plx` does not define `nothing`
!   = note: `p.plx` defines: data, run(…), report
? 2
$ plxc graph rref:ffff
! error[E0701]: nothing in the store fits `rref:ffff`
!   = help: `plxc store ls` lists all that is there
? 2
