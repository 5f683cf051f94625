lib = import("./lib/asserts.plx")
r = lib.a
