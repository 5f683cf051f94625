a = f()(1)[2].x."y z".w
b = f(1, x = 2, ..r,)
c = r with { a = 1 } with { b.c = 2, }
d = r with {}
e = import("./lib.plx").x
f = import("./t.plx", lr = 0.1, seed = 1)
g = import(./lib.plx)
h = xs[0][1]
i = f(x)
j = (f)(x)
k = ((x))
