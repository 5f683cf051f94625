lib = import("lib.plx")
