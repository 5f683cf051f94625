f = mkfile("a", 1)
