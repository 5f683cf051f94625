# Nothing here is wrong, whatever a shallow look may say.
lib = import("./lib/lib.plx", size = 4)
data = import("./lib/data.json")
cfg = { a = 1 }
guarded = if has(cfg, "b") then cfg.b else cfg.a
guarded_twice = if has(cfg, "b") && cfg.b > 0 then map([1], fn (x) => x + cfg.b) else []
guarded_or = !has(cfg, "b") || cfg.b > 0
soft = cfg.b ?? cfg.c.d ?? 3
softer = cfg["b"].c ?? 1
first(xs: [Any] | Str) = if is_list(xs) then xs[0] else lower(xs)
width(x: { w: Int } | Int) = if is_int(x) then x else x.w
optional(c: lib.Config) = [c.seed ?? 0, c.anything]
even(n) = if n == 0 then true else odd(n - 1)
odd(n) = if n == 0 then false else even(n - 1)
stages = { [name] = stage(name = name, n = i, realize = sh("true")) for i, name in ["a", "b"] }
attribute = values(stages)[0].n + 1
open(more) = { a = 1, ..more }.b
spread(args) = lib.train(..args)
spread_known = lib.train(..{ lr = 0.1 }, opt = "sgd")
any(f) = f(1, 2, x = 3)
nested = data.a.b[1]
table = lib.table.anything
both(x: Number, y: Str | Path) = [x + 1, x / 2.0, y / "x"]
texts(s: Stage) = "~{s}" + "x"
late = { a = fn () => later.b }.a()
later = { b = 1 }
param opt: lib.Opt = "sgd"
picked = if opt == "adam" then 1 else 2
swap(p: { x: Int, y: Int }) = p with { x = p.y, y = p.x }
_helper(_unused) = 1
used = _helper(0) + sum([guarded, picked])
deep = let a = 1; b = let c = a in c + a in b
test "tests count, too" = used > 0
assert used > 0 else "~{deep}"
# A condition may exclude what a constant would make wrong.
constants = { n = 0, m = len([1]) }
guarded_field = if constants.n == 0 then 1 else 10 / constants.n
workers() = 0
guarded_call = if workers() == 0 then 1 else 100 / workers()
guarded_stage(s) = if s.n == 0 then 1 else 10 / s.n
sparse = { a = 1 }
guarded_default = if (sparse.n ?? 0) == 0 then 1 else 10 / (sparse.n ?? 0)
cache = "none"
use_cache = cache != "none" && cache
threads = "auto"
minus_threads = if threads == "auto" then 4 else -threads
only_bools = [!cache for _x in [1] if is_bool(cache)]
manual = is_bool(cache)
named_condition = if manual then !cache else false
