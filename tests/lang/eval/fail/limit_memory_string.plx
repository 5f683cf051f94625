r = len(join(["0123456789" for i in range(1000)], join(["x" for i in range(100000)], "")))
