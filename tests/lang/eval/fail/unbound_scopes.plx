f(x) = y
g(y) = x
a = let p = 1 in q
b = [e for i, e in []] ++ [i]
