s = stage(realize = exec(["cp", 1]))
