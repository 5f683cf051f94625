r = { a = { b = { c = 1 } } }
whole_first = r with { a = {}, a.b = 2 }
part_first = r with { a.b.c = 2, a.b = 3 }
beside = (r with { a.b.c = 2 }) == r
