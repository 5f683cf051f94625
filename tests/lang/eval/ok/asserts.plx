assert 1 < 2
assert len(xs) == 3 else "there must be three"
xs = [1, 2, 3]
