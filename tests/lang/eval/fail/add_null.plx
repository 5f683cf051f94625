n = null
r = n + 1
