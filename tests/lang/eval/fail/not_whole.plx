a = int(1.9)
