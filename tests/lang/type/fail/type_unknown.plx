a: Flaot = 1.0
b: [Integer] = [1]
c(x: string) -> boolean = x == ""
d: { x: Confg } = { x = 1 }
type Config = Int
e: T = 1
