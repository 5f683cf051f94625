x = 1; _y = 2; f(x, z) = 1  # allow: shadow
