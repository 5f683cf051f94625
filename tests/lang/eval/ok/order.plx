c = b + 1
b = a + 1
a = 1
f(n) = if n == 0 then "even" else g(n - 1)
g(n) = if n == 0 then "odd" else f(n - 1)
parity = [f(10), f(7)]
