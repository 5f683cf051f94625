a = { x: Int = 1, y: Str = "~{1 + 1}" }
b = { x: Int = 1, ["y"] = 2, ..{ z = 3 } }
c = { x: Int = i for i in [1] }
