type A = { n: Number }
type B = { n: Int }
f(a: A) = g(a)
g(b: B) = b.n
x = f({ n = 1 / 2 })
