type Loop = { a: Int, b: Int }
x: Loop = { a = x.b, b = x.a }
