disjoint = { a = 1 } & { b = 2 }
deep = { a = { x = 1, y = { p = 1 } } } & { a = { z = 2, y = { q = 2 } } }
equal = { a = 1, b = [1, 2] } & { a = 1, b = [1, 2], c = 3 }
many = {} & { a = 1 } & {} & { b = 2 }
