a = { x for x in xs }
b = { ..x for x in xs }
c = [..x for x in xs]
d = [x if y for x in xs]
e = { k = 1, l = 2 for x in xs }
f = [x for x, y, z in xs]
g = [x for 1 in xs]
