r = join(["0123456789" for i in range(200)], ",")
