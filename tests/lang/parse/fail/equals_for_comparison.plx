a = if x = 1 then 2 else 3
assert a = b
b = [x for x in xs if x = 2]
c = f(a.b = 3)
d == 3
