type A = A
type B = C | Int
type C = B?
type D = [D]
type E = { e: E }
x: A = 1
