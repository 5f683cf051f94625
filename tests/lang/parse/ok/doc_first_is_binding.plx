## of a
a = 1
