double(x) = x * 2
_hidden = 1
