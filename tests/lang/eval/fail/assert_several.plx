assert 1 > 2 else "first"
assert 2 > 3 else "second"
a = 1
