lib = import("./lib/private.plx")
r = lib._hidden
