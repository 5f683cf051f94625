a = undefined_name
b = fold([1], 0, fn (acc, x) => ac + x)
