base = { a = 1, b = { c = 2, d = { e = 3 } } }
flat = base with { a = 10 }
deep = base with { b.d.e = 30, a = 0 }
same = base
twice = base with { b.c = 5, b.d.e = 6 }
chain = base with { a = 2 } with { a = 3 }
