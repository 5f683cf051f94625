a: Int | Str = 1
b: Int | Str = "x"
c: "a" | "b" = "b"
d: "a" | Int | null = null
e: [Int] | Int = [1]
f: { a: Int } | { b: Int } = { b = 1 }
g: { kind: "a", x: Int } | { kind: "b", x: Str } = { kind = "b", x = "s" }
h: { kind: "a", x: Int } | { kind: "b", x: Str } = { kind = "a", x = 1 + 1 }
i: Int? = null
j: [Int?] = [1, null]
k: [Int | Str]? = [1, "x"]
l: [Int] | [Str] = ["x"]
