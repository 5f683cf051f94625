add(a, b) = a + b
positional = add(1, 2)
named = add(b = 1, a = 2)
mixed = add(1, b = 5)
defaults(a, b = a + 1, c = a + b) = [a, b, c]
some = [defaults(1), defaults(1, 5), defaults(1, c = 0), defaults(c = 3, a = 1)]
rest(a, ..more) = { a, more }
surplus = rest(1, x = 2, y = 3)
none = rest(1)
spread = add(..[1, 2])
record = add(..{ a = 1, b = 2 })
both = add(..[1], ..{ b = 2 })
through(..opts) = rest(1, ..opts)
forwarded = through(z = 1, y = 2)
anonymous = (fn (x) => x * 2)(21)
curried = (fn (x) => fn (y) => x - y)(10)(3)
piped = [1, 2, 3] |> map(fn (x) => x * 2) |> fold(0, fn (a, x) => a + x)
higher = map([1, 2], add5)
add5(x) = add(5, x)
captured = [f(1) for f in [fn (x) => x + k for k in [10, 20, 30]]]
