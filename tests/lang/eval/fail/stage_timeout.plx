r = stage(name = "s", realize = sh("true"), timeout = -1)
