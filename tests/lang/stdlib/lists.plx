## Laws of the functions on lists, for `plxc test`.

_samples = [[], [1], [2, 1], [3, 1, 2, 3, 1], range(50), reverse(range(50))]

_holds(law) = all(_samples, law)

test "map keeps the length" = _holds(fn (xs) => len(map(xs, fn (x) => x + 1)) == len(xs))

test "map of the identity changes nothing" = _holds(fn (xs) => map(xs, fn (x) => x) == xs)

test "a list is what passes a test and what does not" = _holds(
  fn (xs) =>
    let
      small = filter(xs, fn (x) => x < 3)
      large = filter(xs, fn (x) => x >= 3)
    in
    sort(small ++ large) == sort(xs),
)

test "fold builds a list again" = _holds(fn (xs) => fold(xs, [], fn (ys, x) => ys ++ [x]) == xs)

test "reverse twice changes nothing" = _holds(fn (xs) => reverse(reverse(xs)) == xs)

test "take and drop are two parts of one list" = _holds(fn (xs) => all(
  range(len(xs) + 2),
  fn (n) => take(xs, n) ++ drop(xs, n) == xs,
))

test "slice is drop and take" = _holds(fn (xs) => all(
  [[a, b] for b in range(len(xs) + 1) for a in range(b + 1)],
  fn (p) => slice(xs, p[0], p[1]) == take(drop(xs, p[0]), p[1] - p[0]),
))

test "zip of indices is enumerate" = _holds(fn (xs) => zip(range(len(xs)), xs) == enumerate(xs))

test "flatten of map is concat_map" = _holds(
  fn (xs) => flatten(map(xs, fn (x) => [x, -x])) == concat_map(xs, fn (x) => [x, -x]),
)

test "any and all are opposites" = _holds(
  fn (xs) => any(xs, fn (x) => x > 2) == !all(xs, fn (x) => x <= 2),
)

test "sum is a fold" = _holds(fn (xs) => sum(xs) == fold(xs, 0, fn (a, x) => a + x))

test "range is as long as its numbers are apart" =
  [len(range(a, b, step)) for a in [-3, 0, 4] for b in [-5, 0, 7] for step in [1, 2, -3]]
  == [max([0, ceil((b - a) / step)]) for a in [-3, 0, 4] for b in [-5, 0, 7] for step in [1, 2, -3]]

test "sort orders and keeps what is there" = _holds(
  fn (xs) =>
    let
      sorted = sort(xs)
    in
    all(range(1, len(sorted)), fn (i) => sorted[i - 1] <= sorted[i]) && len(sorted) == len(xs),
)

test "sort twice is sort" = _holds(fn (xs) => sort(sort(xs)) == sort(xs))

test "sort_by the negative is the reverse of sort" = _holds(
  fn (xs) => sort_by(unique(xs), fn (x) => -x) == reverse(sort(unique(xs))),
)

test "min and max are the ends of sort" = _holds(
  fn (xs) => xs == [] || min(xs) == sort(xs)[0] && max(xs) == last(sort(xs)),
)

test "unique keeps each element once" = _holds(
  fn (xs) =>
    let
      once = unique(xs)
    in
    all(xs, fn (x) => contains(once, x)) && unique(once) == once,
)

test "index_of finds the first" = _holds(fn (xs) => all(
  xs,
  fn (x) => xs[index_of(xs, x)] == x && !contains(take(xs, index_of(xs, x)), x),
))

test "groups hold everything" = _holds(
  fn (xs) => sort(flatten(values(group_by(xs, fn (x) => "~{x % 3}")))) == sort(xs),
)

test "a grid has the product of its sides" =
  len(product({ a = range(3), b = range(4), c = range(5) })) == 60

test "a grid repeats nothing" =
  let
    grid = product({ a = range(3), b = ["x", "y"] })
  in
  unique(grid) == grid
