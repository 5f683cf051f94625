r = fold(range(1000), [], fn (a, x) => a ++ [x, x])
