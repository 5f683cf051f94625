## This module is documented.

## Doubles a number.
##
## Twice.
double(x: Int, times = (1 + 1)) -> Int = x * times
param p: Int = 3
param q
_private = 1
## A type.
type Opt = "adam" | "sgd"
plain: Int = 3
test "t" = true
