a =
  let
    x = [1 2]
    y = 2
    z = f(1 2)
  in
  x + 1 1

b = { c = let
    x = 1 1
    y = ) 2
  in x }

c = ok
