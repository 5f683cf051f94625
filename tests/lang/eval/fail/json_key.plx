better(r) = 1.0
k = key(better)
m = match([latest(), k], 1, 1, false)
shown = { k, m }
bad = to_json({ a = [m] })
