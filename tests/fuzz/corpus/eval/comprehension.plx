a = [x * 2 for x in range(3)]
b = stage(name = "s", n = a, realize = sh("true"))
