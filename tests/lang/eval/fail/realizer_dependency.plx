data = stage(name = "data", realize = sh("true"))
r = stage(name = "s", realize = sh("cat ~{data}"), hash_realizer = false)
