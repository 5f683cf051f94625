size = 3
x: size = 3
