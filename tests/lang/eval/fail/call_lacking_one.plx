f(a, b) = a
r = f(b = 1)
