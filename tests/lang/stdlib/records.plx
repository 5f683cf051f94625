## Laws of the functions on records, for `plxc test`.

_samples = [{}, { a = 1 }, { b = 2, a = { x = 1 } }, { "odd key" = null, z = [1], a = "~" }]

_pairs = [[a, b] for a in _samples for b in _samples]

test "a record is its items" = all(_samples, fn (r) => from_items(items(r)) == r)

test "items are keys and values" = all(_samples, fn (r) => zip(keys(r), values(r)) == items(r))

test "keys are sorted" = all(_samples, fn (r) => keys(r) == sort(keys(r)))

test "merge has the keys of both" = all(
  _pairs,
  fn (p) => keys(merge(p[0], p[1])) == sort(unique(keys(p[0]) ++ keys(p[1]))),
)

test "in merge the right side wins" = all(
  _pairs,
  fn (p) => pick(merge(p[0], p[1]), keys(p[1])) == p[1],
)

test "merging a record into itself changes nothing" = all(
  _samples,
  fn (r) => merge(r, r) == r && merge_deep(r, r) == r,
)

test "merge_deep is associative" = all(
  [[p, c] for p in _pairs for c in _samples],
  fn (t) =>
    merge_deep(merge_deep(t[0][0], t[0][1]), t[1])
    == merge_deep(t[0][0], merge_deep(t[0][1], t[1])),
)

test "pick and omit are two parts of one record" = all(
  _samples,
  fn (r) =>
    let
      some = take(keys(r), 1)
    in
    (pick(r, some) & omit(r, some)) == r,
)

test "has is about keys" = all(_samples, fn (r) => all(
  ["a", "b", "odd key", "none"],
  fn (k) => has(r, k) == contains(keys(r), k),
))

test "get is has and an index" = all(_samples, fn (r) => all(
  ["a", "none"],
  fn (k) => get(r, k, "default") == (if has(r, k) then r[k] else "default"),
))

test "map_values keeps the keys" = all(
  _samples,
  fn (r) => map_values(r, fn (v) => v) == r && keys(map_values(r, fn (_v) => 0)) == keys(r),
)
