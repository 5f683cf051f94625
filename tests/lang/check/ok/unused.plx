lib = import("./lib/lib.plx")
kept = import("./lib/lib.plx")  # allow: unused (for importers)
_private = 1
_private_function(x) = _private_function(x)
type _Type = Int
type Public = Int
public = 1
a(x, y, ..rest) = let unused = x; _meant = 1; type Local = Int; lib2 = import("./lib/lib.plx") in 1
b = map([1], fn (x) => 1)
c(_ignored) = 1
d = [0 for i in range(3)]
