lib = import("./lib/types.plx")
x: lib._Private = 1
