f(x) = x
