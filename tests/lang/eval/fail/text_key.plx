s = stage(name = "data", realize = sh("true"))
r = { ["~{s}"] = 1 }
