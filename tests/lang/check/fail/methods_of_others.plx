a = [1].map(fn (x) => x)
b = { n = 1 }.keys()
c = "a,b".split(",")
d = "abc".len
e = null.nothing
# A near name of its own is the better guess.
f = { value = 1 }.values
