a = if x then y else if z then w else v
b = fn () => 1
c = fn (x, y = 1) -> Int => fn (z) => x
d = let in 1
e = let a = 1 b = 2; f(x) = 3 type T = Int assert a in a + b
f = let x = let y = 1 in y in x
g = fn (x) => if x then fn (y) => y else let z = 1 in z
h = f(if a then b else c, fn (x) => x, let y = 1 in y)
i = (if a then b else c) + 1
