# What evaluation reports is not reported again.
two(a, b) = a + b
a = two(1)
b = { c = 1 }.d
c: Int = "x"
d() = two(2)
