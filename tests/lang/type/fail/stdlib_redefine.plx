s = stage(realize = sh("true"))
t = redefine(s, matcher = 3)
