a = 1 + if x then y else z
b = !fn (x) => x
c = 1 * let x = 1 in x
d = x && if a then b else c
