c = import("./cycle_c.plx")
