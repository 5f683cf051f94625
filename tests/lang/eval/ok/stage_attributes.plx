s = stage(name = "train", lr = 0.1, out = promise / "a/b.txt", cl = claim / "c", nested = { deep = [promise / "d"], n = 1 }, realize = sh("true"))
lr = s.lr
out = s.out
cl = s.cl
nested = s.nested
deeper = s.out / "more"
sub = s / "x/y"
index = s["lr"]
