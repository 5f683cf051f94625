a = import ./x.plx
b = import("./~{x}.plx")
c = import(x)
d = import()
e = import("./x.plx", 1)
f = import("./x.plx", ..r)
g = import(path = "./x.plx")
h = import "./x.plx"
