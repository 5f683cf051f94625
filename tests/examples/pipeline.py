"""What the tests of the examples share: a copy of the example, a store of its own, and plxc."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLXC = os.environ["PLXC"]


class ExampleTest(unittest.TestCase):
    """`example` names the folder under examples/; it is copied, so that a test can edit it."""

    example = None
    environment = {}

    def setUp(self):
        self.maxDiff = None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="plx-example-"))
        self.addCleanup(self.remove)
        self.pipeline = self.folder / self.example / f"{self.example}.plx"
        shutil.copytree(ROOT / "examples" / self.example, self.pipeline.parent)
        self.env = dict(os.environ, PLX_ROOT=str(self.folder / "root"), **self.environment)
        for name in ("PLX_STORE", "PLX_TMP", "PLX_DREF", "PLX_FSYNC"):
            self.env.pop(name, None)

    def remove(self):
        # Realizations are read-only.
        subprocess.run(["chmod", "-R", "u+w", self.folder], check=True)
        shutil.rmtree(self.folder)

    def plxc(self, *args, status=0):
        """Runs plxc; returns the lines that it printed."""
        run = subprocess.run([PLXC, *map(str, args)], cwd=self.folder, env=self.env, capture_output=True, text=True,
                             stdin=subprocess.DEVNULL)
        self.assertEqual(run.returncode, status, f"plxc {' '.join(map(str, args))}\n{run.stderr}")
        return run.stdout.splitlines()

    def drefs(self):
        """All derivations of the store: {name: [dref]}."""
        found = {}
        for dref in self.plxc("store", "ls"):
            found.setdefault(dref.split("-", 1)[1], []).append(dref)
        return found

    def realizations(self, name):
        """The folders of all realizations of the only derivation of this name."""
        (dref,) = self.drefs()[name]
        return [pathlib.Path(self.plxc("store", "path", rref)[0]) for rref in self.plxc("store", "ls", dref)]

    def counts(self):
        """How many realizations each name has, over all its derivations."""
        return {name: sum(len(self.plxc("store", "ls", dref)) for dref in drefs) for name, drefs in self.drefs().items()}

    def realize(self, *args):
        return [pathlib.Path(p) for p in self.plxc("realize", *args, "--print=path")]

    def edit(self, old, new):
        text = self.pipeline.read_text()
        self.assertEqual(text.count(old), 1, f"{old!r} in {self.pipeline.name}")
        self.pipeline.write_text(text.replace(old, new))

    def verify(self):
        self.plxc("store", "verify")


def read_json(path):
    with open(path) as f:
        return json.load(f)
