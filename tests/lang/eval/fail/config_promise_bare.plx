r = stage(name = "s", out = promise, realize = sh("true"))
