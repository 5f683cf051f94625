_shared = fold(range(40), 1, fn (x, _i) => [x, x])
r = stage(name = "s", shared = _shared, realize = sh("true"))
