a.b = 3
c = { a.b = 3 }
d = x with { a = 1 b = 2 }
