k(n) = { a = k(n + 1) }
# A list inside, so that neither side is known to be the other one.
same = [k(0)] == [k(0)]
