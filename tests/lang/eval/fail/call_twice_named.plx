f(a, b) = a
r = f(a = 1, a = 2)
