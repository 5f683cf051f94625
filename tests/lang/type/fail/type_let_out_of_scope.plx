a = let type Size = Int in 1
b: Size = 1
