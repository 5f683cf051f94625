a = stage(name = "a", resources = { cpus = 2, memory = "8 GB" }, realize = sh("true"))
