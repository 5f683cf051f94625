"""The module plx, in the environment of a made-up realizer."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import plx

A, B, OWN = "a" * 32, "b" * 32, "c" * 32
ONE, MANY = f"dref:{A}-one", f"dref:{B}-many"
FIRST, SECOND = "1" * 32, "2" * 32


class BuildTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        root = pathlib.Path(self.folder.name)
        self.environ = {
            "PLX_DREF": f"dref:{OWN}-my-stage",
            "PLX_STORE": "/store",
            "PLX_CORES": "3",
            "out": "/out/1",
        }
        for name, value in {
            "CONFIG": {"name": "my-stage", "lr": 0.1, "data": f"/store/{A}-one/{FIRST}/d.csv"},
            "CONTEXT": {ONE: [f"rref:{FIRST}-{A}-one"], MANY: [f"rref:{h}-{B}-many" for h in (SECOND, FIRST)]},
            "ARGS": {"seed": 7},
        }.items():
            (root / name).write_text(json.dumps(value))
            self.environ[f"PLX_{name}"] = str(root / name)

    def build(self, **more):
        return plx.Build({**self.environ, **more})

    def test_attributes(self):
        b = self.build()
        self.assertEqual((b.name, b.dref, b.cores), ("my-stage", f"dref:{OWN}-my-stage", 3))
        self.assertEqual((b.config["lr"], b.args), (0.1, {"seed": 7}))
        self.assertEqual(b.outpath, pathlib.Path("/out/1"))
        self.assertEqual(b.outpaths, [pathlib.Path("/out/1")])

    def test_several_outputs(self):
        b = self.build(out1="/out/1", out2="/out 2")
        self.assertEqual(b.outpaths, [pathlib.Path("/out/1"), pathlib.Path("/out 2")])

    def test_paths(self):
        b = self.build()
        one, first, second = (pathlib.Path(f"/store/{d}/{h}") for d, h in
                              ((f"{A}-one", FIRST), (f"{B}-many", FIRST), (f"{B}-many", SECOND)))
        self.assertEqual(b.path(b.config["data"]), one / "d.csv")
        self.assertEqual(b.path([ONE, "x", "y"]), one / "x" / "y")
        self.assertEqual(b.paths(ONE), [one])
        self.assertEqual(b.paths([MANY, "f"]), [second / "f", first / "f"])
        self.assertEqual(b.paths([ONE, MANY]), [one, second, first])
        self.assertEqual(b.paths(["/x", "/y z"]), [pathlib.Path("/x"), pathlib.Path("/y z")])
        self.assertEqual(b.path(pathlib.Path("/x")), pathlib.Path("/x"))
        self.assertEqual(b.path([b.dref, "made"]), pathlib.Path("/out/1/made"))
        self.assertEqual(b.paths([]), [])

    def test_deref(self):
        b = self.build()
        self.assertEqual(b.deref(ONE), f"rref:{FIRST}-{A}-one")
        self.assertEqual(b.deref_all(MANY), [f"rref:{SECOND}-{B}-many", f"rref:{FIRST}-{B}-many"])

    def test_errors(self):
        b = self.build()
        for call, message in (
            (lambda: b.path([MANY, "f"]), f"['{MANY}', 'f'] stands for 2 realizations, not for one"),
            (lambda: b.path([]), "[] stands for 0 realizations, not for one"),
            (lambda: b.deref(f"dref:{OWN}-x"), f"dref:{OWN}-x is no dependency of dref:{OWN}-my-stage"),
            (lambda: b.path("relative"), "'relative' is neither an absolute path nor a reference"),
            (lambda: b.path(3), "3 is no reference"),
            (lambda: b.rref_path(ONE), f"'{ONE}' is no rref"),
            (lambda: plx.Build({}), "PLX_DREF is not set: the program was not started by plx"),
        ):
            with self.assertRaises(plx.BuildError) as caught:
                call()
            self.assertEqual(str(caught.exception), message)

    def test_names_of_the_module(self):
        code = "import plx; print(plx.config['lr'], plx.outpath, plx.path([plx.dref, 'a']), plx.build() is plx.build())"
        done = subprocess.run([sys.executable, "-B", "-c", code], env={**os.environ, **self.environ},
                              capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, "0.1 /out/1 /out/1/a True\n")
        with self.assertRaises(AttributeError):
            getattr(plx, "_private")


if __name__ == "__main__":
    unittest.main()
