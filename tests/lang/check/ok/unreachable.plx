a = if true then 1 else 2
b = if !true || false && x then 1 else 2
x = false
c = if x then 1 else 2
d = 1 ?? 2
e(lr: Float) = lr ?? 0.1
f(c: { lr: Float, seed?: Int, n: Int? }) = [c.lr ?? 1.0, c.seed ?? 1, c.n ?? 2]
g(o: "adam" | "sgd") = [o == "adma", "sdg" != o, o == "adam"]
h = { a = 1 }.a ?? 2
i = { a = 1 }.b ?? 2
j(o: "a" | Int) = o == "b"
