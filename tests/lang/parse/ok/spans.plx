## doc
a: Int = (1 + f(x)[0]) * 2
f(x, ..r) = { y = "a~{b}c", ..r } with { z.w = -1 }
type T = { a?: [Int], .. } | "x"
