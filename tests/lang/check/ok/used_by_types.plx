lib = import("./lib/lib.plx")
type _Small = Int
a: lib.Opt = "adam"
b(x: _Small) = let inner = import("./lib/lib.plx"); type Mine = [Int]; y: inner.Opt = "sgd"; z: Mine = [x] in [y, z]
