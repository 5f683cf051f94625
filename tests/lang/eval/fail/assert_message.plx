n = 3
assert n > 5 else "n is ~{n}, and that is too small"
a = n
