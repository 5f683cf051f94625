a(x: Int, y: Int = x) -> Int = x + y
b = [a(1), a(1, 2), a(y = 3, x = 1), a(..[1, 2]), a(..{ x = 1, y = 5 }), 1 |> a(2)]
c(x: Number, ..rest) -> Record = { x, ..rest }
d = c(1, y = 2)
e = map([1, 2], fn (x: Int) -> Str => "~{x}")
f(o: { deep?: Bool } = {}) = o.deep ?? false
g = [f(), f({ deep = true })]
h(a1: Int, a2: Int, a3: Int, a4: Int, a5: Int, a6: Int, a7: Int, a8: Int, a9: Int, a10: Int, a11: Int, a12: Int, a13: Int, a14: Int = 0) =
  a1 + a13 + a14
i = h(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)
j = h(..range(14))
even(n: Int) -> Bool = if n == 0 then true else odd(n - 1)
odd(n: Int) -> Bool = if n == 0 then false else even(n - 1)
k = even(10)
l: Fn = fn (x: Int) => x
m = l(2)
