## Handwritten digits: trained several times, which never ends the same, and the most accurate classifier is reported.
##
## The images are those of Debian's package python3-sklearn; the programs are plain Python.

param epochs: Int = 3
param rate: Float = 0.1

## How many classifiers one run of the training makes.
param runs: Int = 5

param images: Str = "/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz"

## 1,797 images of 8 by 8 pixels, and what they show.
digits = fetchlocal(
  name   = "digits",
  path   = images,
  sha256 = "46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a",
  mode   = "as-is",
)

split = stage(
  name       = "split",
  images     = digits / "digits.csv.gz",
  test_every = 4,
  train      = promise / "train.csv",
  test       = promise / "test.csv",
  realize    = python(./split.py),
)

## Every run is a realization of its own; who uses the stage gets the best of all that there are. `plxc realize
## --rebuild=train` adds more.
train = stage(
  name     = "train",
  train    = split.train,
  test     = split.test,
  model_py = ./model.py,
  epochs   = epochs,
  rate     = rate,
  model    = promise / "model.json",
  accuracy = promise / "accuracy.txt",
  outputs  = runs,
  match    = match_best("accuracy.txt"),
  realize  = python(./train.py),
)

report = stage(
  name     = "report",
  test     = split.test,
  model_py = ./model.py,
  model    = train.model,
  accuracy = train.accuracy,
  page     = promise / "report.html",
  realize  = python(./report.py),
)

default = report
