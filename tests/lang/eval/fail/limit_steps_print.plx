r = fold(range(40), 1, fn (x, _i) => [x, x])
