half(x: Float) = x / 2
run = half({ a = null }.a)
