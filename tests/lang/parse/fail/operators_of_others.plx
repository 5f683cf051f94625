a = x ? 1 : 2
b = 2 ** 3
c = f(*xs)
d = [...xs]
e = x in xs
f = x === y
g = x !== y
h = x <> y
i = x | y
j = 3 if y else z
k = [x if y else z]
l = 2 ^ 3
m += 1
n = x++
o = f(**kw)
p = x[1:2]
q = x ?: y
