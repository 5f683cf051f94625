r = stage(name = "", realize = sh("true"))
