## Laws of the functions on strings, numbers and JSON, for `plxc test`.

_texts = ["", "a", "a,b", ",a,,b,", "naïve, größer", "日本,語", "  spaces  ", "line\nline\n"]

_numbers = [0, 1, -1, 7, -7, 9223372036854775807, -9223372036854775808]

test "join undoes split" = all(_texts, fn (s) => join(split(s, ","), ",") == s)

test "replace is join of split" = all(
  _texts,
  fn (s) => replace(s, ",", "; ") == join(split(s, ","), "; "),
)

test "trim leaves nothing to trim" = all(_texts, fn (s) => trim(trim(s)) == trim(s))

test "words are what is left without white space" = all(_texts, fn (s) => all(
  split(s),
  fn (word) => trim(word) == word && word != "",
))

test "take and drop are two parts of one string" = all(_texts, fn (s) => all(
  range(len(s) + 2),
  fn (n) => take(s, n) + drop(s, n) == s,
))

test "a string starts and ends with its parts" = all(_texts, fn (s) => all(
  range(len(s) + 1),
  fn (n) => starts_with(s, take(s, n)) && ends_with(s, drop(s, n)) && contains(s, slice(s, n)),
))

test "pad makes the width" = all(_texts, fn (s) => all(
  ["left", "right", "center"],
  fn (side) => len(pad(s, 20, side)) == 20,
))

test "pad keeps the text" = all(_texts, fn (s) => trim(pad(trim(s), 30, "center")) == trim(s))

test "upper and lower keep the length" = all(
  _texts,
  fn (s) => len(upper(s)) == len(s) && lower(upper(s)) == lower(s),
)

test "an Int reads back" = all(_numbers, fn (n) => int("~{n}") == n && int(format(n)) == n)

test "a Float reads back" = all(
  [0.0, -0.0, 0.1, 1e-320, 1.7976931348623157e308, 5e-324, 123456.789],
  fn (x) => float("~{x}") == x && float(format(x)) == x && float(format(x, exponent = true)) == x,
)

test "div and mod belong together" = all(
  [[a, b] for a in range(-20, 20) ++ [4611686018427387904] for b in [1, 2, -2, 7, -7]],
  fn (p) => div(p[0], p[1]) * p[1] + mod(p[0], p[1]) == p[0],
)

test "mod is between zero and the divisor" = all(
  [[a, b] for a in _numbers for b in [2, 7]],
  fn (p) => mod(p[0], p[1]) >= 0 && mod(p[0], p[1]) < p[1],
)

test "floor, ceil and round are near" = all(
  [-2.5, -2.4, 0.0, 0.5, 2.5, 2.6],
  fn (x) => floor(x) <= x && x - floor(x) < 1 && ceil(x) >= x && abs(round(x) - x) <= 0.5,
)

test "JSON reads back" = all(
  [null, true, 0, -0.0, 1e16, 1e-5, "é\n\u{1F600}\"", [], [[]], { a = { b = [1] } }],
  fn (x) => from_json(to_json(x)) == x && from_json(to_json(x, pretty = true)) == x,
)
