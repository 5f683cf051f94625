lib = import("./lib/types.plx")
x: lib.Opts = "adam"
y: lib.Int = 1
z: lib.size = 1
