r = stage(name = join(["x" for i in range(201)], ""), realize = sh("true"))
