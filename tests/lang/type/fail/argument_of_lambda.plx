run = map(["a"], fn (x: Int) => x)
