type A = Int
type B = lib.sub.Opt
type C = "adam" | "sgd" | null
type D = Int?
type E = [Int?]?
type F = {}
type G = { .. }
type H = { a: Int, b?: Str, "c d": [Int], ..}
type I = { [Str]: Int | Str }
type J = { a: { b: [{ [Str]: C? }] }, }
a: Int | null = 1
f(x: "a" | "b" = "a", y: Int?) -> [Int] | null = x
g = fn (x: Int) -> Int => x
h = { x: Int = 1 }
type K = Int ? ?
