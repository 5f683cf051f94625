r = { a = 1 } with { a.b = 2 }
