lib = import("./lib/takes.plx", opt = { lr = 0.1, layers = [1, "x"] })
a = lib.x
