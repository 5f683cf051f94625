a = { ["a"]: 1 }
b = { 1: "a", 2: "b" }
c = if (1 == 2) 2 else 3
d: Int or Str = 1
f(*args) = 1
g({ a, b }) = a
h([a, b]) = a
i = 1..10
j: (Int) -> Int = 1
k: 1 | 2 = 1
l = match d { 1 => 2 }
m = try f() catch 3
n = while true
o = function(x) x + 1
p = error "foo"
q = 1 – 2
r = 1 ≤ 2
s = [1, 2, …]
t = α
u = let a = 1, b = 2 in a
v = if f(1) { 2 }
