a = { x: 1 }
b = { x: foo }
c = f(x: 1)
d: 3
e = { "k": "v", "l": 2 }
f = { x: -1 }
h: Int
i := 3
