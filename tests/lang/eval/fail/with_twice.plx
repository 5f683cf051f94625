r = { a = 1, b = 2 } with { a = 1, b = 2, a = 3 }
