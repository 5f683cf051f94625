import = 3
f(if) = 3
in = 2
fn = 3
g = let for = 1 in 2
h = [x for in in xs]
