a = "abc
b = f("abc, 1)
c = "x~{b
d = "x~{b"
e = "abc ~{
 x}"
f = "a ~{ "b } c"
g = 3
