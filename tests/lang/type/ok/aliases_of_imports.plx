lib = import("./lib/types.plx")
more: Record = import("./lib/again.plx")
typed(opt: lib.Opt) -> lib.Opt = opt
a = typed("adam")
b: lib.Config = lib.default
c: more.types.Opt = "sgd"
d: [lib.Tree] = [{ v = 1, kids = [] }]
e =
  let
    here = import("./lib/types.plx", size = 4)
    x: here.Opt = "adam"
  in [x, here.size]
