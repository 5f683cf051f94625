r = stage(name = "s", file = ./no_such_file.csv, realize = sh("true"))
