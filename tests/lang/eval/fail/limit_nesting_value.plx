r = fold(range(100), 0, fn (a, x) => [a])
