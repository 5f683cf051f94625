f = fn (x) -> Str => x + 1
a = f(1)
