lib = import("./lib/lib.plx", size = "big")
train(lr: Float, layers: [Int] = []) -> Str = "~{lr}~{layers[0]}"
a() = train("fast")
b() = train(1)
c() = train(0.1, layers = [1, "x"])
d(n: Int) = train(n)
e(s: Str | Path) = train(s)
f() -> Int = "x"
g(s: Str) -> Int = if s == "" then s else 1
h() = let x: Int = "a" in x
i() = lib.train(0.1, "adma")
j(c: lib.Config) = c
k() = j({ lr = 1.0 })
l(x) = j({ lr = 1.0, opt = "adma", more = x })
m() = best(1)
n() = stage(name = "n", realize = "true")
o() = { x: Int = "a" }
p(x: Int = "a") = x
q(t: { [Str]: Int }) = q({ a = 1, b = "~{t}" })
r(u: { a: Int } | { b: Int }) = r({ a = "~{u}" })
s(v: [Str]) = s([1, "~{v}"])
t() = train(train(0.1))
u() = sh(lib.train(0.1))
param rate: Float = 1
