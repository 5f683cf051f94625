type b = Int
a = 3
b = 2 + nothing
type a = Int
