f(a, b = g(a)) = b
g(x) = f(x)
r = f(1)
