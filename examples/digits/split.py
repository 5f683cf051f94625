"""Splits the digits into a training and a test set: every n-th image is for the test."""

import gzip

from plx import build

b = build()
every = b.config["test_every"]
with gzip.open(b.path(b.config["images"]), "rt") as f:
    rows = f.readlines()

with open(b.config["train"], "w") as train, open(b.config["test"], "w") as test:
    for i, row in enumerate(rows):
        (test if i % every == 0 else train).write(row)
print(f"{len(rows)} images")
