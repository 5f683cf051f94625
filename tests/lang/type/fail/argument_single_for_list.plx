use(x: [Str]) = x
run = use("one")
