lib = import("./lib/types.plx", size = 7)
a = lib.size
