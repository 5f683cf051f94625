r = map([1], fn (a, b) => a)
