type Tree = { v: Int, kids: [Tree] }
t: Tree = { v = 1, kids = [{ v = 2, kids = [{ v = 3, kids = [], name = "x" }] }] }
