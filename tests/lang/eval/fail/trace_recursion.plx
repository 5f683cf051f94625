walk(n) = if n == 0 then fail("bottom") else 1 + walk(n - 1)
r = walk(50)
