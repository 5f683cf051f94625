# Names that are defined behind their use, some of them hiding the standard library's.
calls = [len("abc"), twice(4), last([1, 2])]
alias = max
aliases = { f = len, g = twice, h = last }
results = [alias(2, 3), aliases.f("abc"), aliases.g(5), aliases.h([7, 8])]
nested = let f = fn (x) => len(x) + base in f("abc")
shorthand = { base }
guarded: Str = base
pipes = [1, 2] |> last()

len(x) = "own ~{x}"
twice(x) = 2 * x
max(x, y) = "own ~{x} ~{y}"
base = "!"
