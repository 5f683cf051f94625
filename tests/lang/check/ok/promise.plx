a = stage(name = "a", model = promise / "model.json", log = promise / "log.txt", realize = sh("train > $model"))
b = stage(name = "b", model = promise / "out/model.json", realize = sh("train > $out/out/model.json"))
c = stage(name = "c", model = promise / "model.json", realize = sh("train --to $out"))
d = stage(name = "d", model = promise / "model.json", realize = sh("train > $out/modle.json"))
e = stage(name = "e", model = promise / "model.json", realize = python("open(b.config['model'])"))
f = stage(name = "f", model = promise / "model.json", realize = python("open(b.outpath / 'x')"))
g = stage(name = "g", model = promise / "model.json", realize = python("save(b.outpath)"))
h = stage(name = "h", model = claim / "model.json", realize = sh("true"))
i = stage(name = "i", models = promise / "model.json", realize = sh("echo $models_dir"))
j = stage(name = "j", model = promise / "m", realize = python(./lib/train.py), other = promise / "o")
k = stage(name = "k", model = promise / "m", realize = exec(["train"]))
l = stage(
  name    = "l",
  model   = promise / "m",  # allow: promise
  realize = sh("true"),
)
m = [stage(name = "m", n = n, model = promise / "m.json", realize = sh("true")) for n in [1, 2, 3]]
n = stage(name = "n", model = promise / "m.json", realize = sh("cat ~{a} > $x"))
