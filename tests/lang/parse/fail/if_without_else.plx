a = if x then 3
b = f(if x then 3)
c = if x then 1 elif y then 2 else 3
d = if x then 1 esle 2
e = if x then 1 else: 2
