type = 1
test = 2
param = 3
assert = 4
a = type
b = { type, test = 1, param, assert = assert }
c = x.type.test.param.assert
d = f(type = 1, test)
e(type, param = 1) = type
g = let type = 1 test = 2 in type + test
h = type
type A = type
i = [test, assert, param] param k
j = x.if type B = Int test "x" = true
