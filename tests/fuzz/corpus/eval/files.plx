lib = import("./lib.plx", n = 3)
plain = import("./lib.plx", n = 4).double
rows = import("./rows.json")
all = { d = lib.double, rows, s = lib.make("x").out, t = "cat ~{lib.make("y")}" }
=== lib.plx
type Name = "x" | "y"
param n: Int = 2
make(name: Name) = stage(name = name, n = n, out = promise / "o", realize = sh("echo $n > $out"))
double = let b = n a = b * 2 in a
assert double > n else "n is ~{n}"
=== rows.json
[{"lr": 0.1, "opt": "sgd"}, {"lr": 1, "opt": null}]
