type A = Int
type A = Str
b = let type B = Int; type B = Str in 1
C = 1
type C = Int
d = let e = 1; type e = Int in e
