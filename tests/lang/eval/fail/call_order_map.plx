r = map(fn (x) => x + 1, [1, 2])
