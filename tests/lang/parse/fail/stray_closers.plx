a = )
b = 1 )
c = (1))
d = [x for x in )
e = 2 }
f = =
