stage(a = 1)

b = 1

b + 1

x

"text"

[1]
