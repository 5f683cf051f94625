build(n) -> Stage = { name = n }
a = build("x")
