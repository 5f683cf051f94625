level(n) -> Int = if n > 9 then "high" else n
a = level(10)
