r = stage(name = "my stage", realize = sh("true"))
