f(a, ..more) = more
r = f(1, x = 2, x = 3)
