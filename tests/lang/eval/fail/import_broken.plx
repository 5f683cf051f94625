lib = import("./lib/broken.plx")
