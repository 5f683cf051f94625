r = map_values([1], fn (x) => x)
