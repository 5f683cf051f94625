type X = 3
type Y = [Int
type Z = { a: Int, .., b: Int }
type A = { a Int }
type B = "x~{y}"
type C = { a = Int }
type E = Int |

type F = (Int)
a: [] = 3
b: f(x) = 3
c(x: 1) = 3
type D =
d = 1
