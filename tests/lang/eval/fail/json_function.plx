r = { a = 1, deep = [{ f = fn (x) => x }] }
