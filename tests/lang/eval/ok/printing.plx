short = { a = [1, 2, 3], b = "x" }
long = { first = "a string that is rather long", second = "another string that is long", third = ["one", "two", "three"] }
list = ["a string that is rather long", "another string that is long", "and a third one", "and a fourth"]
odd = { "not a name" = 1, "1a" = 2, "" = 3 }
escapes = "quote\" back\\ tab\t nl\n tilde\~{ \u{1}"
values = [null, true, 1, 1.0, 1e100, promise / "a/b", claim / "c"]
fns = [fn (x) => x, len, named]
named(x) = x
matcher = match([best("acc"), latest()], rmin = null, rmax = 2)
realizer = sh("true")
deep = [[[[[[]]]]], {}]
