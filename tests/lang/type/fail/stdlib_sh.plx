s = stage(name = "s", realize = sh(1))
