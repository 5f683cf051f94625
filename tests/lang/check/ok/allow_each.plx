# Each lint is silenced behind its line, above its line and above its binding, by its name and by its code; nothing is left.
_a = 1  # allow: unused
# allow: W1101
_b = 1
c(x) = 1  # allow: unused
# allow: W1102
d(x) = 1
_lib = import("./lib/lib.plx")  # allow: unused
# allow: W1103
_more = import("./lib/lib.plx")
type _E = Int  # allow: unused
# allow: W1104
type _F = Int
g(c) = c  # allow: shadow
# allow: W1105
h(c) = c
i = if true then 1 else 2  # allow: unreachable
# allow: W1106
j = 1 ?? 2
k(o: "a" | "b") = o == "c"  # allow: unreachable
l = stage(name = "l", made = promise / "x", realize = sh("true"))  # allow: promise
m = stage(
  name    = "m",
  # allow: W1107
  made    = promise / "x",
  realize = sh("true"),
)
n = "dref:98030efa9df566befa1ecb33fc7da1bd-raw"  # allow: dref
# allow: W1108
same = "dref:98030efa9df566befa1ecb33fc7da1bd-raw"
p: Int | Int = 1  # allow: redundant
# allow: W1109
q: Any | Str = 1
# allow: shadow, unused, unreachable
r(x) = if false then
  x
else
  let
    c = 1
    s = 2
  in c
