shared(n) = fold(range(n), 1, fn (x, _i) => [x, x])
r = shared(40) < shared(40)
