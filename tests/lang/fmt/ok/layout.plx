#!/usr/bin/env plxc
# license


## File doc


param   a:Int=1   # trailing a
b=2;c=3 # trailing c


# own line
d = [1,2,
3]
e = [
1,2, # two

3
# end
]
f = {a=1,b=2}
g = {
  a=1,b={c=2},
}
h(x,y:Int=1,..r)->Int=x+y
i = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb * cccccccccccccccccccc - ddddddddddddddddd
j = data |> map(fn (x) => x + 1) |> filter(fn (x) => x > aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) |> fold(0, fn (a, b) => a + b)
k = if aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa then bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb else if ccccccccccccccccccccc then ddddddddd else eeee
l = let x = 1 in x
m = let x = 1; y = 2 in x + y
n = let
 # c1
 x = 1 # c2

 # c3
 # c4
in # c5
 # c6
 x
o = stage(name = "x", realize = sh("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), other = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", z = 1)
p = map(xs, fn (x) => {
  a = x, b = 2,
})
q = map(xs, fn (x) => let y = 1; z = 2 in y + z)
r = f(x)(y) # c
  .g["a"] # d
  with { a.b = 1 }
s = # why
  1
t = ( # why
 1 + 2 # q
 ) * 3
u = [ # foo
 x # bar
 for x in xs # baz
 if x > 1 ] # qux
type T = "aaaaaaaaaaaaaaaaaaaaaaaaaa" | "bbbbbbbbbbbbbbbbbbbbbbbbbbbb" | "cccccccccccccccccccccccccccc" | "ddddddddddd"
type U = {
 a: Int, # c
 ## d
 b?: Str, .. }
assert aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa == bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb else "this is a long message"
test "x" = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa && bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb && cccccccccccccccccccc
v = sh('''
        foo
          bar ~{x}

        baz
''', 3)
w = g(a, [1, 2, 3], { x = 1 })
x = { a = 1 } & {
 b = 2 }
y = -  9223372036854775808
z = f(
)
aa = f( # c
)
bb = [
  # only
]
cc = "a" + '''
  x
  '''
longfunctionname(parameter_one: Int = 1, parameter_two: Str = "abc", parameter_three: Float = 1.0) -> Int = parameter_one
dd = import("./t.plx", lr = 0.1)
ee = fn (x) => if x then aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa else bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
ff = { # c
  a = 1 }
gg = x[
 1 ]
hh = a ?? b ?? c
ii = (
  1
  )
# the end

columns = stage(
  name = "x", accuracy = 1,
)
columns = stage(
  name="x",
  # parts
  accuracy=1,
  lr=2,

  epochs = 3, x = 4, # trailing
  yyyy = f(
    1),
  positional, zzzzzz = 5,
  w = 6, a_very_long_name_of_an_argument = 7,
)
cells = {
  a=1, bbb=2, "c d"=3, [k]=4, dd: Int=5, e, ..r, ffff=6, gg=7,
}
