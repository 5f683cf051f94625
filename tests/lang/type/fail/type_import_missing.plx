lib = import("./lib/none.plx")
x: lib.Opt = "adam"
