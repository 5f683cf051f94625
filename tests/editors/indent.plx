## Layouts that the formatter makes; `plxc fmt --check` takes this file as it is.
#
# a comment

param a: Int = 1 # trailing

# own line
b = [1, 2, 3]
c = [
  1,
  2, # two

  3,
  # end
]
d = {
  a = 1,
  b = { c = 2 },
  ## documented
  e = [
    f(
      1,
    ),
  ],
}
g(x, y: Int = 1, ..r) -> Int = x + y
chain =
  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb * cccccccccccccccccccc
  - ddddddddddddddddd
pipe =
  data
  |> map(fn (x) => x + 1)
  |> filter(fn (x) => x > aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)
  |> fold(0, fn (a, b) => a + b)
choice =
  if aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa then
    bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
  else if ccccccccccccccccccccc then
    if aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa then
      bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
    else
      ccccccccccccccccccc
  else
    eeee
l = let x = 1 in x
m =
  let
    # first
    x = 1 # c2

    # between
    f(y) = y
    type T = Int
    # last
  in
  # body
  x
  + yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
  + zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz
p = map(xs, fn (x) => {
  a = x,
  b = 2,
})
q = map(
  xs,
  fn (x) =>
    let
      y = 1
      z = 2
    in
    y + z,
)
t =
  # why
  (
    1 + 2 # q
  )
  * 3
u = [
  x # bar
  for x in xs # baz
  if x > 1
] # qux
args = f(
  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb * ccccccccccccccccccc
  - ddd,
  if aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa then
    bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
  else
    ccccccccccccccccccccc,
  named =
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,
  if    = 1,
  let   = x.if,
  fn (xxxxxxxxxxxxxxxxxxxxxxxxxxxx) =>
    if aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa then
      bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
    else
      ccccccccccccccccccccc,
)
type T = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  | "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
  | "cccccccccccccccccccccccccc"
type U = {
  a: Int, # c
  ## d
  b?: Str,
  ..
}
type V = Int?
w = [r."two words", { [k] = 1, "q" = 2 }]
assert aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa == bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
  else "this is a long message"
test "x" =
  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  && bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
  && cccccccccccccccccccc
v = sh(
  '''
    foo
      bar ~{x} "(" [ {

    baz
  ''',
  3,
)
x =
  { a = 1 }
  & {
    b = 2,
  }
longfunctionname(
  parameter_one: Int = 1,
  parameter_two: Str = "abc",
  parameter_three: Float = 1.0e-3,
) -> Int = parameter_one
ee = fn (x) =>
  if x then
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  else
    bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
with_ = base with {
  aaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbb = ./file.txt,
  cccccccccccccccccccccccccc = 0xff,
}
# the end
