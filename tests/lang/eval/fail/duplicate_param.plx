f(a, b, a) = a
g = fn (x, x) => x
r = [1 for i, i in [1]]
