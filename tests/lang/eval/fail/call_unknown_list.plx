f(a, b) = a
r = f(1, 2, zzzzz = 3)
