s = stage(name = "data", realize = sh("true"))
r = "~{s}" == "x"
