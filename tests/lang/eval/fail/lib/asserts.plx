a = 1
assert a == 2 else "a must be 2"
