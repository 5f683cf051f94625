a = stage(name = "a", relize = sh("true"))
