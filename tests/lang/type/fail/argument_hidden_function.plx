make(scale: Int) = fn (x: Float) => x * scale
run = make(2)("x")
