a = 1, b = 2
c = let x = 1, y = 2 in x + y
d = f(1),
e = 3
