a = x |> f(1) |> g(2)
b = a || b && c == d & e ++ f + g * h ?? i
c = a ?? b ?? c
d = -a.b ?? !c[0]
e = a - b - c
f = a * b / c % d
g = - - 1
h = !a == b
i = 1 < 2 && 2 < 3
j = a ++ b & c
k = (a |> f()) ?? b
l = a == b || c != d
