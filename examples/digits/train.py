"""Trains classifiers, one for each output, each from a random start on a random order of the images."""

import json
import os
import random
import sys

from plx import build

b = build()
sys.path.insert(0, os.path.dirname(b.path(b.config["model_py"])))
import model  # noqa: E402

train = model.load(b.path(b.config["train"]))
test = model.load(b.path(b.config["test"]))

for out in b.outpaths:
    rng = random.Random(os.urandom(16))
    weights = [[rng.gauss(0, 0.5) for _ in train[0][0]] for _ in range(model.CLASSES)]
    for epoch in range(b.config["epochs"]):
        rng.shuffle(train)
        for pixels, digit in train:
            model.learn(weights, pixels, digit, b.config["rate"])
    result = model.accuracy(weights, test)
    with open(os.path.join(out, "model.json"), "w") as f:
        json.dump(weights, f)
    with open(os.path.join(out, "accuracy.txt"), "w") as f:
        f.write(f"{result:.4f}\n")
    print(f"{out}: accuracy {result:.4f}")
