squares = [x * x for x in range(5)]
index = ["~{i}:~{x}" for i, x in ["a", "b"]]
keys = [k for k in { b = 1, a = 2 }]
pairs = ["~{k}=~{v}" for k, v in { b = 1, a = 2 }]
filtered = [x for x in range(10) if x % 3 == 0]
nested = [[x, y] for x in [1, 2] for y in range(x)]
guarded = [x + y for x in range(3) if x > 0 for y in [10, 20] if x + y != 21]
record = { [k] = v * 2 for k, v in { a = 1, b = 2 } }
named = { "run_~{i}" = i for i in range(3) }
shadow = [x for x in [x for x in [1, 2]]]
empty = [x for x in []]
