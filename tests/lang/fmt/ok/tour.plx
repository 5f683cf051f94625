## Train a classifier five times and keep the best run.

param epochs: Int = 20

data = fetchlocal(path = ./digits.csv, sha256 = "c1b2…")

## doc of train
## two lines
train(lr: Float = 1e-3) -> Stage = stage(
  name     = "train",
  data     = data / "digits.csv",
  lr       = lr,
  epochs   = epochs,
  model    = promise / "model.json",
  accuracy = promise / "accuracy.txt",
  realize  = python(./train.py),
  match    = match_best("accuracy.txt"),
)

runs = { "lr_~{i}" = train(lr) for i, lr in [1e-2, 1e-3, 1e-4] }

report = stage(
  name    = "report",
  page    = promise / "report.html",
  scores  = [r.accuracy for r in values(runs)],
  realize = sh('''
    paste $scores > $page
      foo ~{a} ~~{b
  '''),
)

test "learning rate is part of the identity" = train(0.1) != train(0.2)
type A = lib.Opt | "x" | null
type R = { a: Int?, b?: [Str], .. }
type D = { [Str]: Int }
m = -9223372036854775808
x = let type = 3 ; f(x, ..r) = x.if in { type, if = 3, "a b": Int = 4, [k] = 3, ..r } with { a.b = 3 }
assert (1 + 2) * 3 == 9 else "no"
