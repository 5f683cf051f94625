t = import("./lib/params.plx", lr = 1, epoch = 3)
