#!/usr/bin/env python3
"""The index beside the store is a cache: with it, without it, and with any damage to it, all questions get the same answers; and with it, no
context is read."""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

PLXC = os.environ["PLXC"]
PATIENCE = 60

PIPELINE = """n = 1
first(i) = stage(name = "first-~{i}", o = promise / "o", match = match_latest(), realize = sh('''date +%N$$ > "$o"'''))
next(name, a, b) = stage(name = name, a = a.o, b = b.o, o = promise / "o", match = match_latest(), realize = sh('''cat "$a" "$b" > "$o"'''))
f0 = first(0)
f1 = first(1)
f2 = first(2)
m0 = next("m0", f0, f1)
m1 = next("m1", f1, f2)
default = next("top", m0, m1)
"""


class Case:
    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="plx-index-")
        self.root = os.path.join(self.folder, "root")
        self.store = os.path.join(self.root, "store-v1")
        self.index = os.path.join(self.root, "index", "graph.sqlite")
        self.env = dict(os.environ, PLX_ROOT=self.root, PLX_FSYNC="off")
        with open(os.path.join(self.folder, "p.plx"), "w") as f:
            f.write(PIPELINE)
        return self

    def __exit__(self, *_):
        subprocess.run(["chmod", "-R", "u+w", self.folder], check=True)
        shutil.rmtree(self.folder)

    def command(self, *args):
        return subprocess.run([PLXC, *args], cwd=self.folder, env=self.env, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def run(self, *args):
        done = self.command(*args)
        assert done.returncode == 0, f"{args}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def refs(self):
        drefs = self.run("store", "ls").split()
        return drefs + [r for d in drefs for r in self.run("store", "ls", d).split()]

    def answers(self):
        """What the whole of the store is asked for."""
        refs = self.refs()
        asked = [("store", "gc", "--dry-run", "--json")]
        asked += [("store", "rdeps", *deep, "--json", r) for r in refs for deep in ((), ("--recursive",))]
        asked += [("store", "rm", "--dry-run", "--force", "--json", r) for r in refs]
        return {a: self.run(*a) for a in asked}

    def rows(self):
        with contextlib.closing(sqlite3.connect(self.index)) as db:
            return db.execute("SELECT folder, stamp, facts FROM folders_2").fetchall()

    def fill_index(self):
        """What is young is not kept, so it takes a moment."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.run("store", "gc", "--dry-run")
            if len(self.rows()) == len(os.listdir(self.store)):
                return
        raise AssertionError(f"the index stays at {len(self.rows())} rows")

    def contexts_read(self):
        """How many contexts a collection opens."""
        log = os.path.join(self.folder, "strace")
        subprocess.run(["strace", "-f", "-qq", "-e", "trace=openat", "-o", log, PLXC, "store", "gc", "--dry-run"], cwd=self.folder,
                       env=self.env, check=True, capture_output=True)
        with open(log) as f:
            return sum("context.json" in line for line in f)


def build(case):
    case.run("realize", "p.plx", "-o", "result")
    case.run("realize", "p.plx", "--rebuild=first-0", "--log=quiet")


def test_same_answers(case):
    """Without, while it grows, and with it; after additions and removals."""
    build(case)
    before = case.answers()
    case.fill_index()
    assert case.contexts_read() == 0
    assert case.answers() == before
    case.run("realize", "p.plx", "--rebuild=first-0", "--log=quiet")
    changed = case.answers()
    assert changed != before
    os.unlink(case.index)
    assert case.answers() == changed
    case.fill_index()
    top = [d for d in case.run("store", "ls").split() if d.endswith("-top")][0]
    case.run("store", "rm", "--force", case.run("store", "ls", top).split()[0])
    gone = case.answers()
    os.unlink(case.index)
    assert case.answers() == gone
    # A derivation that is gone leaves no row.
    case.fill_index()
    case.run("store", "rm", "--force", top)
    case.run("store", "gc", "--dry-run")
    assert not [folder for folder, _, _ in case.rows() if folder.endswith(b"-top")]


def damages(index):
    """Names, and functions that damage the index."""
    with open(index, "rb") as f:
        whole = f.read()

    def write(data):
        with open(index, "wb") as f:
            f.write(data)

    def forge():
        # Facts that nobody has read: what they leave out would be collected.
        with contextlib.closing(sqlite3.connect(index)) as db, db:
            db.execute("UPDATE folders_2 SET facts = ?", (b"",))

    def swap():
        with contextlib.closing(sqlite3.connect(index)) as db, db:
            (a, _), (b, _) = db.execute("SELECT folder, stamp FROM folders_2 LIMIT 2").fetchall()
            db.execute("UPDATE folders_2 SET folder = ? WHERE folder = ?", (b"x", a))
            db.execute("UPDATE folders_2 SET folder = ? WHERE folder = ?", (a, b))

    def folder():
        os.unlink(index)
        os.mkdir(index)

    yield "gone", lambda: os.unlink(index)
    yield "empty", lambda: write(b"")
    yield "no database", lambda: write(b"x" * len(whole))
    yield "cut", lambda: write(whole[: len(whole) // 2])
    yield "without its head", lambda: write(whole[4096:])
    yield "facts of nobody", forge
    yield "rows under other names", swap
    yield "a folder", folder
    chance = random.Random(1)
    for n in range(12):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 10, 1000))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        yield f"random {n}", lambda data=data: write(data)


def test_damage(case):
    build(case)
    case.fill_index()
    wanted = case.run("store", "gc", "--dry-run", "--json")
    top = [d for d in case.run("store", "ls").split() if "-first-0" in d][0]
    users = case.run("store", "rdeps", "--recursive", top)
    with open(case.index, "rb") as f:
        whole = f.read()
    for name, damage in damages(case.index):
        damage()
        for args, good in ((("store", "gc", "--dry-run", "--json"), wanted), (("store", "rdeps", "--recursive", top), users)):
            done = case.command(*args)
            assert (done.returncode, done.stdout) == (0, good), f"{name}: {args}: {done.returncode}\n{done.stdout}{done.stderr}"
        if os.path.isdir(case.index):
            os.rmdir(case.index)
        for end in ("", "-journal"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(case.index + end)
        with open(case.index, "wb") as f:
            f.write(whole)


def test_killed(case):
    """A process that dies while it writes the index leaves one that can be used. (What else it leaves, its session, is a leftover.)"""
    build(case)
    case.fill_index()

    def collectable():
        shown = json.loads(case.run("store", "gc", "--dry-run", "--json"))
        return shown, shown.pop("leftovers")

    wanted, _ = collectable()
    chance = random.Random(2)
    for killed in range(20):
        child = subprocess.Popen([PLXC, "store", "reindex"], cwd=case.folder, env=case.env, stderr=subprocess.DEVNULL)
        try:
            child.wait(chance.random() * 0.03)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()
        got, leftovers = collectable()
        assert got == wanted and leftovers <= killed + 1, f"{leftovers}, {got}\ninstead of\n{wanted}"


def test_read_only(case):
    """A store that is only read is not written to, and its index is used."""
    build(case)
    case.fill_index()
    wanted = case.run("store", "rdeps", case.refs()[0])
    before = os.stat(case.index).st_mtime_ns
    os.chmod(case.store, 0o555)
    assert case.run("store", "rdeps", case.refs()[0]) == wanted
    assert os.stat(case.index).st_mtime_ns == before
    os.chmod(case.store, 0o755)


def test_another_store(case):
    """Two stores may share a root; neither takes the other's rows."""
    build(case)
    case.fill_index()
    rows = case.rows()
    wanted = case.answers()
    other = os.path.join(case.root, "other")
    case.run("--store", other, "store", "init")
    assert case.run("--store", other, "store", "gc", "--dry-run") == ""
    assert case.rows() == rows and case.answers() == wanted


def main():
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            with Case() as case:
                test(case)
            print(f"{name}: good", flush=True)


if __name__ == "__main__":
    sys.exit(main())
