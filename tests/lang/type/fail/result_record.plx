settings(n) -> { n: Int, name: Str } = { n, nmae = "x" }
a = settings(1)
