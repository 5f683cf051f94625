x = 1
f(x) = x
g(y) = let y = 2 in y
h = [x for x in [1]]
i = [y for y in [1] for y in [2]]
j(len) = len
k(_x) = _x
l(z) = fn (z) => z
