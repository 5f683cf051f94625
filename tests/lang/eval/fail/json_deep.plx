nested(n) = join(["[" for _ in range(n)], "") + join(["]" for _ in range(n)], "")
good = len(from_json(nested(2048)))
bad = from_json(nested(2049))
