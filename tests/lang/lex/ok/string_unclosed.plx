a = "abc
b = "~{x
c = 1
