s = stage(name = "s", lr = 1, realize = sh("true"))
r = s with { lr = 2 }
