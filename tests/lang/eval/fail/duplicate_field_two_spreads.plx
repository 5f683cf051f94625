left = { a = 1 }
r = { ..left, b = 2, ..{ a = 3 } }
