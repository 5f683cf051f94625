r = mkdrv({ name = "s" }, match_only(), sh("true"), passenv = [1])
