a = (x, y) => x
b = (1, 2)
f(x) => x
g(x, y) { x }
h = fn (x) -> x
i = { a, b ? 2 }
