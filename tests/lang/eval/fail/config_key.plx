a = stage(name = "a", keys = [key(fn (r) => 1)], realize = sh("true"))
