down(n: Int) = if n == 0 then 0 else down(n / 2)
run = down(8)
