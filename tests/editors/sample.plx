## Trains a classifier; see places.txt for what its words are.

param epochs: Int = 1_000 # a comment
param rate: Float? = 1e-3
type Opt = "adam" | "sgd" | null
lib = import("./lib.plx", lr = 0.1)
data = fetchlocal(path = ./data/digits.csv, sha256 = "c1\n\u{1F600}\q~{lib.hash}\~{no}")

train(lr: Number = 0xff, ..more) -> Stage = stage(
  name    = "train_~{join(["a", "}"], ",")}_~{if lr > 1.5 then { a = "x" }.a else "y"} end",
  if      = more.if ?? false,
  match   = match_best("accuracy.txt"),
  model   = promise / "model.json",
  dir     = ../other,
  realize = sh('''
    # comment with ~{lr}
    for i in 1 2 3; do echo "run $i of ~{epochs}" > '$model'; done
    if true; then printf '%s' "unclosed ~~{literal}
  '''),
  after   = 1,
)

report = python('''
  import plx
  def run(x): # ~{rate}
      return "value ~{data / "x"} of None"
''')

plain = '''
  for ~{epochs} "quoted" # no comment ~~{x} ''two''
'''

type = let test = 1 in [test, type for type in [param, assert]]
test "contextual" = map(values(lib), fn (x) => x) |> len() == 2
assert plain != "" else "empty"
