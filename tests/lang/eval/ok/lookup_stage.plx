s = stage(name = "s", out = promise / "f", realize = sh("true"))
