half(x: Number) = x / 2
run = "4" |> half()
