a = 1 < 2 < 3
b = x == y == z
c = (1 < 2) == true
