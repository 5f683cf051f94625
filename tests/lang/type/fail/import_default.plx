lib = import("./lib/wrong.plx")
a = lib.config.lr
