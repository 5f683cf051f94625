s = stage(name = "s", realize = "echo hello")
