"""Reads and writes stores as docs/store-format.md describes them, and knows nothing else of plx.

    store = Store("/path/of/the/root")
    dref = store.add_derivation({"name": "hello", "whom": "world"})
    rref = store.add_realization(dref, {}, {"hello.txt": b"hello world\\n"})
    problems = store.check()
"""

import contextlib
import fcntl
import hashlib
import json
import os
import pathlib
import re
import secrets
import stat
import struct

NAME = r"[a-zA-Z0-9_-]{1,200}"
DREF = re.compile(rf"dref:([0-9a-f]{{32}})-({NAME})")
RREF = re.compile(rf"rref:([0-9a-f]{{32}})-([0-9a-f]{{32}}-{NAME})")


def canonical(value):
    return json.dumps(value, indent=4, sort_keys=True)


def dref_of(config):
    digest = hashlib.sha256(canonical(config).encode()).hexdigest()
    return f"dref:{digest[:32]}-{config.get('name', 'unnamed')}"


def dependencies(value):
    """The drefs that stand in a config as whole strings."""
    if isinstance(value, str):
        return {value} if DREF.fullmatch(value) else set()
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(dependencies, items))


def _string(data):
    return struct.pack("<Q", len(data)) + data + b"\0" * (-len(data) % 8)


def _node(path, top=False):
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        words = [b"type", b"symlink", b"target", os.readlink(os.fsencode(path))]
    elif stat.S_ISREG(mode):
        words = [b"type", b"regular"] + ([b"executable", b""] if mode & 0o100 else []) + [b"contents", path.read_bytes()]
    else:
        body = _string(b"type") + _string(b"directory")
        for name in sorted(os.listdir(os.fsencode(path))):
            if top and name.startswith(b"__"):
                continue
            node = _node(path / os.fsdecode(name))
            body += b"".join(map(_string, (b"entry", b"(", b"name", name, b"node"))) + node + _string(b")")
        return _string(b"(") + body + _string(b")")
    return b"".join(map(_string, [b"(", *words, b")"]))


def hash_of(folder):
    return hashlib.sha256(_string(b"nix-archive-1") + _node(pathlib.Path(folder), top=True)).hexdigest()


def _sync(path):
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


class Store:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.path = self.root / "store-v1"
        for name in ("store-v1", "tmp", "locks", "roots/temp"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        self.session = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.session_fd = os.open(self.root / "roots/temp" / self.session, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        fcntl.flock(self.session_fd, fcntl.LOCK_EX)

    def close(self):
        os.unlink(self.root / "roots/temp" / self.session)
        os.close(self.session_fd)

    # ---- names

    def dref_path(self, dref):
        return self.path / dref[len("dref:") :]

    def rref_path(self, rref):
        own, folder = RREF.fullmatch(rref).groups()
        return self.path / folder / own

    # ---- reading

    def drefs(self):
        return sorted(f"dref:{name}" for name in os.listdir(self.path) if DREF.fullmatch(f"dref:{name}"))

    def rrefs(self, dref):
        folder = self.dref_path(dref)
        return sorted(f"rref:{name}-{folder.name}" for name in os.listdir(folder) if re.fullmatch("[0-9a-f]{32}", name))

    def config(self, dref):
        return json.loads((self.dref_path(dref) / "config.json").read_text("ascii"))

    def context(self, rref):
        return json.loads((self.rref_path(rref) / "context.json").read_text("ascii"))

    def check(self):
        """What is not as the page says, as sentences."""
        found = []
        for dref in self.drefs():
            text = (self.dref_path(dref) / "config.json").read_text("ascii")
            if text != canonical(json.loads(text)) or dref_of(json.loads(text)) != dref:
                found.append(f"{dref} is not the name of its config")
            found += [problem for rref in self.rrefs(dref) for problem in self._check_realization(dref, rref)]
        return found

    def _check_realization(self, dref, rref):
        folder = self.rref_path(rref)
        if not rref.startswith(f"rref:{hash_of(folder)[:32]}-"):
            yield f"{rref} is not the name of its contents"
        text, context = (folder / "context.json").read_text("ascii"), self.context(rref)
        if text != canonical(context) or set(context) != dependencies(self.config(dref)):
            yield f"{rref} has a context that does not fit its derivation"
        for needed, rrefs in context.items():
            if not set(rrefs) <= set(self.rrefs(needed)):
                yield f"{rref} needs realizations that there are not"
        for path in [folder, *folder.rglob("*")]:
            status = path.lstat()
            modes = {0o444, 0o555} if stat.S_ISREG(status.st_mode) else {0o555}
            if not stat.S_ISLNK(status.st_mode) and stat.S_IMODE(status.st_mode) not in modes:
                yield f"{path} has another mode"
            if status.st_mtime != 1:
                yield f"{path} has another time"

    # ---- writing

    @contextlib.contextmanager
    def _lock(self, name, kind=fcntl.LOCK_EX):
        path = self.root / "locks" / name
        while True:
            fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
            fcntl.flock(fd, kind)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(fd), os.stat(path)):
                    break
            os.close(fd)
        try:
            yield fd
        finally:
            if name != "gc.lock":
                os.unlink(path)
            os.close(fd)

    def _tmp(self, label):
        path = self.root / "tmp" / f"{self.session}.{secrets.token_hex(4)}.{label}"
        path.mkdir(mode=0o700)
        return path

    def _move_in(self, source, target):
        """False if the name is taken. Target folders are never empty, so rename replaces none of them."""
        try:
            source.rename(target)
        except OSError:
            if not target.exists():
                raise
            return False
        return True

    def add_derivation(self, config):
        dref = dref_of(config)
        with self._lock("gc.lock", fcntl.LOCK_SH):
            os.write(self.session_fd, f"{dref}\n".encode())
            if (self.dref_path(dref) / "config.json").exists():
                return dref
            folder = self._tmp("derivation")
            (folder / "config.json").write_text(canonical(config), "ascii")
            (folder / "config.json").chmod(0o444)
            folder.chmod(0o755)
            _sync(folder / "config.json")
            _sync(folder)
            self._move_in(folder, self.dref_path(dref))
            _sync(self.path)
        return dref

    def add_realization(self, dref, context, files):
        """`context`: dref → rrefs. `files`: path → bytes."""
        out = self._tmp("out")
        for name, data in {**files, "context.json": canonical(context).encode()}.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(data)
        for path in sorted(out.rglob("*"), reverse=True):  # what is in a folder before the folder
            path.chmod(0o555 if path.is_dir() else 0o444)
            os.utime(path, (1, 1))
            _sync(path)
        out.chmod(0o755)
        os.utime(out, (1, 1))
        _sync(out)
        rref = f"rref:{hash_of(out)[:32]}-{self.dref_path(dref).name}"
        with self._lock(f"{self.dref_path(dref).name}.lock") as lock:
            os.write(lock, f"{os.getpid()}\n".encode())
            if self._move_in(out, self.rref_path(rref)):
                self.rref_path(rref).chmod(0o555)
                _sync(self.dref_path(dref))
        return rref
