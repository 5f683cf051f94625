"""examples/digits: the best of several trainings, and more of them on demand."""

import os
import unittest

from pipeline import ExampleTest, read_json

IMAGES = "/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz"


class Digits(ExampleTest):
    example = "digits"

    def setUp(self):
        self.assertTrue(os.path.exists(IMAGES), f"{IMAGES} is missing: install Debian's python3-sklearn")
        super().setUp()

    def accuracies(self):
        return [float((r / "accuracy.txt").read_text()) for r in self.realizations("train")]

    def test_best_of_all(self):
        (report,) = self.realize(self.pipeline)
        self.assertEqual(len(self.accuracies()), 5)
        self.check_report(report)

        (report,) = self.realize(self.pipeline, "--rebuild=train")
        self.assertEqual(len(self.accuracies()), 10)
        self.check_report(report)

        self.assertEqual(self.realize(self.pipeline, "--assert-realized"), [report])
        self.assertEqual({name: len(drefs) for name, drefs in self.drefs().items() if not name.endswith("_py")},
                         {"digits": 1, "split": 1, "train": 1, "report": 1})
        self.verify()

    def check_report(self, report):
        best = max(self.accuracies())
        self.assertIn(f"not trained on: {best:.2%}", (report / "report.html").read_text())
        (train,) = [d for d in self.drefs()["train"]]
        chosen = read_json(report / "context.json")[train]
        (path,) = self.plxc("store", "path", chosen[0])
        with open(os.path.join(path, "accuracy.txt")) as f:
            self.assertEqual(float(f.read()), best)


if __name__ == "__main__":
    unittest.main()
