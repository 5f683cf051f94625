r = fold(fn (a, b) => a + b, 0, [1, 2])
