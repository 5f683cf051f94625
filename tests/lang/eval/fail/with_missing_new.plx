r = { a = 1 } with { zzzzzzz = 2 }
