a = stage(name = "a", macth = match_best("accuracy.txt"), realize = sh("true"))
