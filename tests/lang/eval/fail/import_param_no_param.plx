t = import("./lib/params.plx", lr = 1, rate = 3)
