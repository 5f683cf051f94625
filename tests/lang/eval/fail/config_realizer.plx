a = stage(name = "a", steps = { first = sh("true") }, realize = sh("true"))
