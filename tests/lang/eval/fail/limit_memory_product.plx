r = len(product({ a = range(1000), b = range(400) }))
