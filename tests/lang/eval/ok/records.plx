empty = {}
sorted = { b = 1, a = 2, "c d" = 3 }
shorthand = let x = 1; y = 2 in { x, y }
computed = { ["k~{1 + 1}"] = 2, ["a" + "b"] = 3 }
spread = { ..{ a = 1 }, b = 2, ..{ c = 3 } }
nested = { a = { b = { c = 1 } } }.a.b.c
indexed = { "odd name" = 4 }["odd name"]
quoted = { "odd name" = 5 }."odd name"
keyword = { if = 1, let = 2, type = 3 }.let
code_points = keys({ "ä" = 1, z = 2, "Z" = 3, "" = 4, "10" = 5, "9" = 6 })
wide = keys({ [s] = 0 for s in ["j", "i", "h", "g", "f", "e", "d", "c", "b", "a"] })
