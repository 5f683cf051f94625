n = 0
r = 7 % n
