a = { if = 1, then = 2, else = 3, let = 4, in = 5, fn = 6, import = 7, for = 8, with = 9, true = 10, false = 11, null = 12 }
b = a.if.then.else.let.in.fn.import.for.with.true.false.null
c = f(if = 1, in = 2, null = 3)
d = a with { if = 1, in.for = 2, "a b".c = 3 }
type T = { if: Int, in?: Str, "a b": Int }
e = a."x y".z
