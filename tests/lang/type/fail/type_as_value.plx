type Size = Int
x = Size
