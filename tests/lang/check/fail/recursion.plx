f(n) = if n == 0 then { a = 1 } else f(n - 1)
a() = f(3).b
g(n) = g(n).x
h = h2.a
h2 = { a = h }
b() = h2.c
even(n) -> Bool = if n == 0 then true else odd(n - 1, 1)
odd(n) -> Bool = even(n - 1)
