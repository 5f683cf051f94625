## What makes two stages the same, for `plxc test`.

_train(..more) = stage(
  name    = "train",
  lr      = 0.1,
  model   = promise / "model",
  realize = sh("touch $model"),
  ..more,
)

_hash = join([0 for i in range(64)])

test "a stage is its config and its realizer" = _train() == _train() && _train(wd = 1) != _train()

test "how often, how long and with what it runs is no part of it" =
  _train()
  == _train(
    timeout        = 10,
    silent_timeout = 5,
    retry          = 3,
    resources      = { cpus = 2 },
    passenv        = ["CUDA_HOME"],
  )

test "which realizations are used is no part of it" =
  _train() == _train(match = match_best("model"))

test "the number of outputs is part of it" = _train() != _train(outputs = 2)

test "attributes read back" = _train().lr == 0.1 && is_ref(_train().model)

test "a promise reads back as the path inside the stage" = _train().model == _train() / "model"

test "redefine of a config is a new stage" =
  redefine(_train(), config = fn (c) => c with { lr = 0.2 }).lr == 0.2

test "redefine with the same config is the same stage" =
  redefine(_train(), config = fn (c) => c) == _train()

test "redefine of the matcher is the same stage" =
  redefine(_train(), matcher = match_all()) == _train()

test "redefine keeps what it is not told" =
  redefine(_train(outputs = 4), config = fn (c) => merge(c, { wd = 1 }))
  == _train(outputs = 4, wd = 1)

test "realized is the same stage" = realized(_train()) == _train()

test "a fetch is its file, not its place" =
  fetchlocal("/a/data.csv", _hash) == fetchlocal("/b/data.csv", _hash)

test "a fetch is its file, not how it is downloaded" =
  fetchurl("http://example.org/data.csv", _hash)
  == fetchurl("http://example.org/data.csv", _hash, force_download = true)

test "names of fetches are valid names" =
  [
    fetchurl("http://example.org/~{file}", _hash).name
    for file in ["a b.tar.gz", "ü.csv", "x.y-z_1.zip"]
  ]
  == ["a_b", "__csv", "x_y-z_1"]

test "files with other texts are other stages" = mkfile("a", "1") != mkfile("a", "2")

test "checkpaths reads back" =
  let
    data = mkfile("data", "1")
  in
  checkpaths({ csv = data / "data" }).csv == data / "data"
