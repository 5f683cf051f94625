assert len(d.k.keys) == 1
b = key(fn (r) => 1.0)
a = key(fn (r) => 2.0)
d = { m = match_best("x.txt"), k = { keys = [b], z = let y = x x = 1 in y } }
t = stage(name = "t", realize = sh("true"), match = match([a, b], 1, 1, false))
