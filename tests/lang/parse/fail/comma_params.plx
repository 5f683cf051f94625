f(x y) = x
g = fn (x y) => x
