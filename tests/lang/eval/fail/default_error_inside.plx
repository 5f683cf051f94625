r = { a = fail("inside") }.a ?? 1
