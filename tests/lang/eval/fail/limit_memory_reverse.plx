r = len(fold(range(100), range(100000), fn (xs, _i) => reverse(xs)))
