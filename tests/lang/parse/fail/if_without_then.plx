a = if x 2 else 3
b = if x { 1 } else { 2 }
c = if x: 2
d = if x thne y else z
e = [if x, 2]
