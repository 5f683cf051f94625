# Equal content under one name is one source, wherever it lies.
both = stage(name = "both", a = ./data/file.txt, b = ./lib/file.txt, realize = sh("true"))
