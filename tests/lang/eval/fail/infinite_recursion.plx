f(n) = f(n + 1)
r = f(0)
