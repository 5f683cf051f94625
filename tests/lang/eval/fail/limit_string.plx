double(s, n) = if n == 0 then s else double(s + s, n - 1)
r = double("0123456789", 7)
