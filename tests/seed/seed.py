"""What the tests of the seed's parts share: a store of their own for each case, and plxc in it."""

import json
import os
import pathlib
import subprocess
import shutil
import tempfile

PLXC = os.environ["PLXC"]
ZEROS = "0" * 32


class Result:
    """Of a command: its exit status, the lines of its output, and its messages."""

    def __init__(self, run):
        self.status = run.returncode
        self.lines = run.stdout.splitlines()
        self.out = run.stdout
        self.err = run.stderr


class Case:
    """A folder with a pipeline and a store, which are gone at the end of a `with`."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="plx-seed-"))
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PLX_ROOT": str(self.folder / "root"),
                    "PLX_FSYNC": "off"}
        self.store = self.folder / "root" / "store-v1"
        return self

    def __exit__(self, *_):
        subprocess.run(["chmod", "-R", "u+w", self.folder], check=True)
        shutil.rmtree(self.folder)

    def write(self, text, name="p.plx"):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def run(self, *args, status=0, **env):
        run = subprocess.run([PLXC, *map(str, args)], cwd=self.folder, env=dict(self.env, **env), capture_output=True,
                             text=True, stdin=subprocess.DEVNULL)
        assert run.returncode == status, f"plxc {' '.join(map(str, args))}: {run.returncode}\n{run.stdout}{run.stderr}"
        return Result(run)

    def realize(self, *args, status=0):
        """The result of `plxc realize p.plx#ARG …`; arguments that begin with `-` are options."""
        return self.run("realize", *[a if a.startswith("-") else f"p.plx#{a}" for a in args], "--log=quiet", status=status)

    def paths(self, *args):
        return [pathlib.Path(p) for p in self.realize(*args, "--print=path").lines]

    def path(self, *args):
        (path,) = self.paths(*args)
        return path

    def dref(self, name):
        (dref,) = self.run("instantiate", f"p.plx#{name}").lines
        return dref

    def count(self, name):
        """How many realizations the stage has."""
        return len(self.run("store", "ls", self.dref(name)).lines)


def error(result, code):
    """Was this the error, and the only one?"""
    codes = [line.split("[")[1].split("]")[0] for line in result.err.splitlines() if line.startswith(("error[", "warning["))]
    assert codes == [code], f"{codes}, not {code}\n{result.err}"


def equal(got, wanted):
    assert got == wanted, f"{got!r}, not {wanted!r}"


def read_json(path):
    return json.loads(pathlib.Path(path).read_text())
