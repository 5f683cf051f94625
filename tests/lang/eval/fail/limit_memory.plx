r = len([{ a = x, b = [x] } for x in range(500000)])
