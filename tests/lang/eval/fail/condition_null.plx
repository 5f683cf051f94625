x = null
r = if x then 2 else 3
