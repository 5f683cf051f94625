total(xs) -> Int =
  let
    sums = map(xs, fn (x) => x / 2)
  in sum(sums)
a = total([1, 2])
