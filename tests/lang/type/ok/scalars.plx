a: Null = null
b: Bool = true
c: Int = 1
d: Float = 1.0
e: Number = 1
f: Number = 1.5
g: Str = "x"
h: Text = "x"
i: Text = "~{./scalars.plx}"
j: Path = ./scalars.plx
k: List = [1]
l: Record = { a = 1 }
m: Fn = fn (x) => x
n: Stage = stage(realize = sh("true"))
o: Ref = n / "x"
p: Promise = promise / "x"
q: Claim = claim / "x"
r: Matcher = match_all()
s: Key = latest()
t: Realizer = sh("true")
u: Any = [1, "x", null]
v: null = null
w: "lit" = "lit"
x: Fn = len
