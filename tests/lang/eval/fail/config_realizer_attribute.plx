r = stage(name = "s", __realizer__ = 1, realize = sh("true"))
