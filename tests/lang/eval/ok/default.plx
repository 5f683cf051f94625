r = { a = { b = null, c = 1 }, "x y" = 2 }
present = r.a.c ?? 0
null_value = r.a.b ?? "was null"
missing = r.a.zz ?? "missing"
through_null = r.a.b.deeper ?? "null on the way"
missing_early = r.no.such.thing ?? "early"
index = r["x y"] ?? 0
index_missing = r["zz"].a ?? "index"
chain = r.no ?? r.neither ?? "third"
plain = null ?? 1
call = (fn () => null)() ?? "null result"
lazy = r.a.c ?? fail("not reached")
falsy = [false ?? true, 0 ?? 1, "" ?? "x"]
stage_attr = stage(name = "s", x = 1, realize = sh("true")).y ?? "no such attribute"
