a = 1
b: Int = 2;
f() = 3
g(x, y: Int, z = 1, w: Str = "x", ..rest) -> Int = x
h(..r) = r
param p
param q: Int
param r = 1
param s: Int = 2
type T = Int
test "title" = true
assert a == b
assert a else "message"
assert (a)
i = 1 j = 2; k = 3;;
