a = x: x + 1
b = (x) => x
c = fn x => x
d = lambda x: x + 1
e = x -> x
f = map(xs, x => x + 1)
g = map(xs, lambda x: x)
h = map(xs, |x| x)
i = \x -> x
j = [x: x]
k = f(x, (x: y))
