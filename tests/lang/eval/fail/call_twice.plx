f(a, b) = a
r = f(1, a = 2)
