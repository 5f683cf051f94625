lib = { Opt = 1 }
x: lib.Opt = "adam"
f(l) = let y: l.Opt = 1 in y
z: nowhere.Opt = 1
w: len.Opt = 1
