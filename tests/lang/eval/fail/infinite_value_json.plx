f(n) = { n, next = f(n + 1) }
a = f(0)
