a = f x
b = f "x"
c = g 1
d = b c d e
e = f(x) y
f = ok(1)
