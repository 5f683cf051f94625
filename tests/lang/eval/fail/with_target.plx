r = 3 with { a = 1 }
