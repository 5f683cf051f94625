a = let x = 1 ni x
b = [x fro x in xs]
c = x wiht { a = 1 }
d = [x for x on xs]
