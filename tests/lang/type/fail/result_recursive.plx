f(n) -> Int = if n == 0 then "end" else f(n - 1)
a = f(3)
