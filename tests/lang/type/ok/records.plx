a: { x: Int, y: Str } = { x = 1, y = "s" }
b: { x: Int, y?: Str } = { x = 1 }
c: { x: Int, y?: Str } = { x = 1, y = "s" }
d: { x: Int, .. } = { x = 1, z = [] }
e: { .. } = { z = 1 }
f: {} = {}
g: { "two words": Int, if: Int } = { "two words" = 1, if = 2 }
h: { in: { deep: [{ x: Int }] } } = { in = { deep = [{ x = 1 }, { x = 1 + 1 }] } }
i: { [Str]: Int } = { a = 1, b = 1 + 1 }
j: { [Str]: Int } = {}
k: { ["x" | "y"]: Int } = { y = 1 }
l: { [Any]: { [Str]: Bool } } = { a = { b = true } }
