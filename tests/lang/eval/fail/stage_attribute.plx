s = stage(name = "s", accuracy = promise / "a", realize = sh("true"))
r = s.acuracy
