a = stage { x = 1 }
b = [stage { x = 1 }]
c = f(x) { y = 1 }
