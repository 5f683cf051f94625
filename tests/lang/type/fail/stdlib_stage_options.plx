s = stage(name = "s", retry = "3", realize = sh("true"))
t = stage(name = "t", timeout = "1h", realize = sh("true"))
u = stage(name = "u", passenv = "HOME", realize = sh("true"))
