s = stage(name = "data", out = promise / "o", realize = sh("true"))
r = len("cat ~{s.out}")
