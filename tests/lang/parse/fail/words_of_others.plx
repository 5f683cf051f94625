a = not x
b = x and y
c = [x or y]
d = if a is b then 1 else 2
e = f(x, not y)
g = rec { a = 1 }
h = { inherit x }
i = return 3
j = x mod y
