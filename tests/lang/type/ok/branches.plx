sign(x: Number) -> "minus" | "zero" | "plus" =
  let negative = x < 0
  in if negative then "minus" else if x == 0 then "zero" else "plus"
a = [sign(-1), sign(0), sign(0.5)]
b: Int = if a == [] then "never" else 1
c: Int = null ?? 2
