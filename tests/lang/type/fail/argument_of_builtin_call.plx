square(x: Number) = x * x
run = map([1, "2"], square)
