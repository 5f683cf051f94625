a: Int = "x"
f(x: Str) -> Int = len(x)
b = f(1)
c: [Int] = [null]
d = a
