a = let b = 1
b + 2

c = let x = 1 x

d = let x = 1; 2

e = let
  x = 1
  f(x)

g = f(let x = 1)
h = let x = 1
