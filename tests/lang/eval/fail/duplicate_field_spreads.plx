base = { a = 1, ..{ b = 2 } }
r = { ..base, a = 3 }
