lib = import("./lib/lib.plx")
data = import("./lib/data.json")
cfg = { alpha = 1, nested = { beta = 2 } }
a() = cfg.alhpa
b() = cfg.nested.gamma
c() = cfg["aplha"]
d() = lib.tarin
e() = lib.cfg.b.d
f() = data.a.c
g(c: { lr: Float }) = c.rl
h(c: [{ lr: Float }]) = map(c, fn (x: { lr: Float }) => x.rl)
i(n: Int) = n.size
j(s: Str) = s.len
k() = s.acuracy
s = stage(name = "s", accuracy = promise / "a.txt", realize = sh("true"))
l() = lib._private
m() = (cfg with { alpah = 1 }).alpha
n() = { ..cfg, gamma = 3 }.delta
o(x) = { a = x }.b.c
p() = if cfg.alpha == 1 then 1 else { a = 1 }.b
