s = stage(name = "data", realize = sh("true"))
r = { a = 1 }["~{s}"]
