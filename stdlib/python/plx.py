"""What a Python realizer of plx has at hand.

    from plx import build

    b = build()
    rows = open(b.path(b.config["data"])).read()
    (b.outpath / "count.txt").write_text(f"{len(rows)}\n")

The same names are there without `build()`: plx.config, plx.path(…), plx.outpath and so on. Needs nothing but the standard library
of Python 3.7 or later; everything comes from the environment that plx gives its realizers.
"""

import functools
import json
import os
import pathlib

__all__ = ["Build", "BuildError", "build"]


class BuildError(Exception):
    """The realizer asks for something that there is not, or that there is several of."""


class Build:
    """A realization that is being made.

    config    the stage's attributes; references are paths already (a list of them where a dependency has several realizations)
    args      the realize arguments (--arg) of this stage
    context   the realizations of all dependencies, direct and indirect: {dref: [rref, …]}
    name      of the stage
    dref      of the stage
    outpath   the first output folder, outpaths all of them
    cores     how many processors to use
    store     the store's folder
    """

    def __init__(self, environ=os.environ):
        if "PLX_DREF" not in environ:
            raise BuildError("PLX_DREF is not set: the program was not started by plx")
        self.dref = environ["PLX_DREF"]
        self.name = self.dref.split("-", 1)[1]
        self.store = pathlib.Path(environ["PLX_STORE"])
        self.cores = int(environ.get("PLX_CORES", "1"))
        self.config = _read_json(environ["PLX_CONFIG"])
        self.context = _read_json(environ["PLX_CONTEXT"])
        self.args = _read_json(environ["PLX_ARGS"])
        self.outpaths = _outpaths(environ)
        self.outpath = self.outpaths[0]

    def deref_all(self, dref):
        """The rrefs of a dependency, in its matcher's order."""
        try:
            return list(self.context[dref])
        except KeyError:
            raise BuildError(f"{dref} is no dependency of {self.dref}") from None

    def deref(self, dref):
        """The only rref of a dependency."""
        return _only(self.deref_all(dref), dref)

    def rref_path(self, rref):
        """The folder of a realization."""
        kind, _, rest = rref.partition(":")
        own, _, derivation = rest.partition("-")
        if kind != "rref" or not derivation:
            raise BuildError(f"{rref!r} is no rref")
        return self.store / derivation / own

    def paths(self, ref):
        """All paths of what an attribute holds: a path, a list of paths, a dref, a list of drefs, or a list of a dref and parts."""
        if isinstance(ref, os.PathLike):
            return [pathlib.Path(ref)]
        parts = ref if isinstance(ref, list) else [ref]
        if not all(isinstance(part, str) for part in parts):
            raise BuildError(f"{ref!r} is no reference")
        if parts and parts[0].startswith("dref:"):
            if any(part.startswith("dref:") for part in parts[1:]):
                return [path for part in parts for path in self.paths(part)]
            if parts[0] == self.dref:
                return [out.joinpath(*parts[1:]) for out in self.outpaths]
            return [self.rref_path(rref).joinpath(*parts[1:]) for rref in self.deref_all(parts[0])]
        for part in parts:
            if not os.path.isabs(part):
                raise BuildError(f"{part!r} is neither an absolute path nor a reference")
        return [pathlib.Path(part) for part in parts]

    def path(self, ref):
        """The only path of what an attribute holds."""
        return _only(self.paths(ref), ref)


def _read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _outpaths(environ):
    """$out1, $out2 … with several outputs, else $out. ($outs would not tell where a path with a space ends.)"""
    paths = []
    while f"out{len(paths) + 1}" in environ:
        paths.append(pathlib.Path(environ[f"out{len(paths) + 1}"]))
    return paths or [pathlib.Path(environ["out"])]


def _only(values, what):
    if len(values) != 1:
        raise BuildError(f"{what!r} stands for {len(values)} realizations, not for one")
    return values[0]


@functools.lru_cache(maxsize=None)
def build():
    """The realization that this process makes; always the same object."""
    return Build()


def __getattr__(name):
    """plx.config for plx.build().config, and so on."""
    if name.startswith("_"):
        raise AttributeError(name)
    return getattr(build(), name)
