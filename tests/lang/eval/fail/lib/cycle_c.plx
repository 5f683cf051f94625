b = import("./cycle_b.plx")
