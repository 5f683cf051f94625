r = map(3, fn (x) => x)
