# Code that is never evaluated is looked at.
two(a, b) = a + b
_private() = two(1)
a = { f = fn () => two(2) }
b = [fn () => two(3) for _i in []]
c(x = two(4)) = x
param d: Int = two(5)
test "in a test" = two(6) == 1
assert two(7) == 1 else two(8)
e = if two(9) then two(10) else two(11)
f(x) = let y() = two(12); z = two(13) in [x, y, z]
g(x) = x ?? two(14)
h(x) = "~{two(15)}" + x
i(x) = x with { a = two(16) }
j(x) = { [two(17)] = two(18), ..two(19) } & x
k(x) = x && two(20)
