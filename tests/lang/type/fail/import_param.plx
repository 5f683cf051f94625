lib = import("./lib/types.plx", size = "big")
a = lib.size
