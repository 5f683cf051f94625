a = str(1)
b = [undefined, toString(2)]
c = append([1], 2)
d = print("x")
count2 = 1
e = count
