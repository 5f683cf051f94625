r = stage(name = "s", realize = sh("true"), silent_timeout = 0.0)
