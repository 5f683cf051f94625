# The names are known all the same.
def f(x):
    return x + 1

const c = 1
let d = 2;
local e = 3
y = [f, c, d, e]
