types = import("./types.plx")
