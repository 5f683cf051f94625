r = len(enumerate(range(400000)))
