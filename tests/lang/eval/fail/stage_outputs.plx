r = stage(name = "s", realize = sh("true"), outputs = 0)
