r = fold(range(60), 0, fn (a, i) => { x = a })
