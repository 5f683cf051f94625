r = fold(range(100000), 0, fn (a, x) => a + x)
