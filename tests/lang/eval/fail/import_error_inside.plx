lib = import("./lib/thrower.plx")
r = lib.explode(3)
