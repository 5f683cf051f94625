r = let x = 1; assert x > 2 else "x is small" in x
