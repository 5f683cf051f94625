r = range(1001)
