s = stage(name = "s", match = "best", realize = sh("true"))
