a = [1 2]
b = [
  "x"
  "y"
]
c = [f(x) g(y)]
