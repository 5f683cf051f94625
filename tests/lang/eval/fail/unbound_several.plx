trian(x) = x
a = train(1)
b = fild([], 0, fn (a, x) => a)
c = { x, y = None }
d = [z for q in [1]]
