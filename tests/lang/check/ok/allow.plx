x = 1
f(x) = x  # allow: shadow
# allow: shadow
g(x) = x
# allow: shadow, unused (the names are those of the paper)
h(x, y) =
  let
    z = 1
  in x
## Documentation may stand between.
# allow: W1102

## And a blank line.
i(y) = 1
j(y) =
  let
    # allow: unused
    a = 1
    b = 2  # allow: W1101
    c = 3
  in y
k(y) = 1  # allow: shadow
l = "# allow: unused"
m = 1  # allow: unusd
n = 1  # allow: nonsense, W9999
o = 1  # allow:
p = 1  # allow unused
_q = 1  #allow:unused
# allow: unused
