r = stage(name = "s", a = 1 + "x", realize = sh("true"))
