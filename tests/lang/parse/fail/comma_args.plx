a = f(1 2)
b = stage(
  name = "x"
  data = y,
)
c = f(x, ..r y)
