r = len(zip(range(400000), range(400000)))
