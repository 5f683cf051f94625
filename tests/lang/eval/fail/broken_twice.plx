# What could not be read is not defined twice, too.
a = 1
a.b = 2
a["c"] = 3
d.e = 4
d = 5
b = a + d
