"""A page about the chosen classifier: its accuracy, and which digits it takes for which."""

import json
import os
import sys

from plx import build

b = build()
sys.path.insert(0, os.path.dirname(b.path(b.config["model_py"])))
import model  # noqa: E402

with open(b.path(b.config["model"])) as f:
    weights = json.load(f)
with open(b.path(b.config["accuracy"])) as f:
    accuracy = float(f.read())

taken_for = [[0] * model.CLASSES for _ in range(model.CLASSES)]
for pixels, digit in model.load(b.path(b.config["test"])):
    taken_for[digit][model.predict(weights, pixels)] += 1

with open(b.config["page"], "w") as f:
    f.write("<!doctype html><meta charset=utf-8><title>Digits</title>\n")
    f.write("<style>body{font-family:sans-serif} td,th{padding:.3em .7em;text-align:right}</style>\n")
    f.write(f"<h1>Digits</h1><p>Accuracy on images that were not trained on: {accuracy:.2%}</p>\n")
    f.write("<table><tr><th>is, taken for" + "".join(f"<th>{d}" for d in range(model.CLASSES)) + "\n")
    for digit, row in enumerate(taken_for):
        cells = "".join(f"<td style='background:rgba({'68,119,170' if i == digit else '238,102,119'},{n / sum(row):.2f})'>{n}"
                        for i, n in enumerate(row))
        f.write(f"<tr><th>{digit}{cells}\n")
    f.write("</table>\n")
print(f"accuracy {accuracy:.4f}")
