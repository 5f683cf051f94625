lib = import("./lib/math.plx")
two = lib.double(1)
set = import("./lib/param.plx", lr = 0.5)
again = import("./lib/param.plx", lr = 0.5)
other = import("./lib/param.plx", lr = 0.7).rate
data = import("./lib/data.json")
deep = import("./lib/deep.plx").value
