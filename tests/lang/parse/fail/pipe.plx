a = x |> f
b = x |> f.g
c = x |> (f(x))
d = x |> f(1) ?? 2
e = x |> f(1) + 2
f = x |> 3
g = x |> f(1)
