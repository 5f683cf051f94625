r = stage(name = 3, realize = sh("true"))
