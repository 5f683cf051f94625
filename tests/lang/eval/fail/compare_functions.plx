f(x) = x
r = f == f
