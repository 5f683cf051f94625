x = 20
twice(n) = n * 2
_private = 2
