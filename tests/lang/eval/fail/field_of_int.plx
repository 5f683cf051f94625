n = 3
r = n.x
