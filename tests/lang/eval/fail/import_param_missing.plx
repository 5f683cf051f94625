t = import("./lib/params.plx", epochs = 5)
