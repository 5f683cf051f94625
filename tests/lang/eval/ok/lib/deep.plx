value = import("./math.plx").double(21)
