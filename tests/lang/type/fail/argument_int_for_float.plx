half(x: Float) = x / 2
run = half(3)
