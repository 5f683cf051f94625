# Nothing uses the import, but the cycle is there.
a = 1
b = import("./lib/cycle_b.plx")
