a = []
b = [1, 2, 3,]
c = [..xs, 1, ..ys]
d = [x for x in xs]
e = [x + i for i, x in xs if x > 1 for y in x if y if z]
f = {}
g = { a, b = 1, "c d" = 2, [k] = 3, ..r, e: Int = 4, "f~{x}" = 5, }
h = { k = v for k, v in r }
i = { [k] = v for k in ks if f(k) }
j = { "x~{i}" = i for i in xs }
k = [{ for = for_ } for for_ in xs]
