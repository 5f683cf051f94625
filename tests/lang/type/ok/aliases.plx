type Size = Int
type Sizes = [Size]
type Shape = { rows: Size, cols?: Sizes }
type Either = Size | Str
type Later = Earlier
type Earlier = Float
a: Size = 1
b: Sizes = [1, 2]
c: Shape = { rows = 1, cols = [2] }
d: Either = "x"
e: [Either] = [1, "x"]
f: Later = 1.0
double(s: Size) -> Size = s * 2
g = double(4)
