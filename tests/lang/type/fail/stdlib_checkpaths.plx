s = stage(realize = sh("true"))
c = checkpaths({ a = s / "x", b = ["y"] })
