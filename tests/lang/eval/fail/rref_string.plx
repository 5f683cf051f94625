r = stage(name = "s", pin = "rref:00000000000000000000000000000000-11111111111111111111111111111111-data", zbad = fn (x) => x, realize = sh("true"))
