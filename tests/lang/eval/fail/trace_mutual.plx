even(n) = if n == 0 then fail("bottom") else odd(n - 1)
odd(n) = even(n - 1)
r = even(20)
