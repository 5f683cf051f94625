f(a) = a
r = f(..3)
