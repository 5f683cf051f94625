a = { b = 1 + 1, c = fail("c"), d = [1, 2] }
e = a.b
