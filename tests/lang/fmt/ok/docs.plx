## file doc

## of a
a = 1 ## not a doc
b = 2
### ruler
c = 3
## far

d = 4
##tight  
## of e
e = {
  ## of x
  x = 1, ## trailing
  y = 2,
  ## of z
  z,
  ## of computed
  [k] = 1,
}
## of f
f(x) = 1
## of p
param p
## of T
type T = Int
## of t
test "t" = true
## of the assert
assert true
