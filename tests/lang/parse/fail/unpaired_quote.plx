a = abc"
b = f(abc", 1)
c = ["x", y"]
d = "a" "b"
e = ["x" "y"]
