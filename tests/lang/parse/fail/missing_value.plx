a =
b = 2
c = 1 +
f(x) = 3
d =
