a = not
b = None
c = length([1])
