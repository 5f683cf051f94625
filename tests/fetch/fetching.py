"""What the tests of fetching share: folders, the driver, and a server."""

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

from server import Server

DRIVER = os.environ["FETCH_DRIVER"]
# No waits between tries; what a test needs otherwise, it says.
QUICK = {"PLX_FETCH_BACKOFF_MS": "0"}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Result:
    def __init__(self, ok, errors, log):
        self.ok = ok
        self.errors = errors
        self.log = log


class FetchTest(unittest.TestCase):
    def setUp(self):
        self.maxDiff = None
        self.folder = tempfile.mkdtemp(prefix="plx-fetch-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.served = self.path("served")
        os.mkdir(self.served)
        self.env = {k: v for k, v in os.environ.items()
                    if not k.lower().endswith("_proxy") and not k.startswith(("PLX_", "SSL_", "CURL_"))}
        self.env.update(QUICK)
        self.runs = 0

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def broken_library(self, name):
        """A folder where the dynamic linker finds an empty file by this name."""
        folder = self.path("broken")
        os.makedirs(folder, exist_ok=True)
        open(os.path.join(folder, name), "wb").close()
        return folder

    def start_server(self, **options):
        self.server = Server(self.served, **options).start()
        self.addCleanup(self.server.stop)
        return self.server

    def serve(self, name, data):
        """Puts a file into the served folder; returns its hash."""
        with open(os.path.join(self.served, name), "wb") as f:
            f.write(data)
        return sha256(data)

    def command(self, realizer):
        """The driver's command line for a fetch into a fresh output."""
        self.runs += 1
        work = self.path(f"run{self.runs}")
        self.out = os.path.join(work, "out")
        self.tmp = os.path.join(work, "tmp")
        self.progress = os.path.join(work, "progress")
        os.makedirs(self.out)
        os.makedirs(self.tmp)
        job = {"realizer": realizer, "out": self.out, "tmp": self.tmp, "partial_dir": self.path("partial"),
               "progress": self.progress}
        with open(os.path.join(work, "job.json"), "w") as f:
            json.dump(job, f)
        return [DRIVER, os.path.join(work, "job.json")]

    def fetch(self, realizer, **env):
        run = subprocess.run(self.command(realizer), env=dict(self.env, **env), stdin=subprocess.DEVNULL,
                             capture_output=True, timeout=100)
        errors, log = self.plain(run.stdout), self.plain(run.stderr)
        self.assertIn(run.returncode, (0, 1), log)
        self.assertEqual(os.listdir(self.tmp), [])
        return Result(run.returncode == 0, errors, log)

    def url_of(self, path):
        return self.server.url + "/" + path

    def fetch_url(self, path, digest, mode="as-is", env={}, **more):
        return self.fetch({"kind": "fetchurl", "url": self.url_of(path), "sha256": digest, "mode": mode, **more}, **env)

    def fetch_local(self, path, data, mode="unpack,remove", env={}, **more):
        return self.fetch({"kind": "fetchlocal", "path": path, "sha256": sha256(data), "mode": mode, **more}, **env)

    def plain(self, output):
        """Without what differs from run to run: the port, and the temporary folder."""
        text = output.decode("utf-8", "backslashreplace").replace(self.folder, "/T")
        return re.sub(r"(127\.0\.0\.1|localhost):\d+", "HOST", text)

    def partials(self):
        """Sizes of what is kept of unfinished downloads, by the names' endings."""
        folder = self.path("partial")
        found = {}
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            found.setdefault(os.path.splitext(name)[1], []).append(os.path.getsize(os.path.join(folder, name)))
        return found

    def tree(self):
        """The output as {name: what}: bytes of files, -> target of links, None of folders; "*" marks executables."""
        found = {}
        root = os.fsencode(self.out)
        for folder, names, files in os.walk(root):
            for name in names + files:
                path = os.path.join(folder, name)
                shown = os.path.relpath(path, root).decode("utf-8", "backslashreplace")
                info = os.lstat(path)
                if stat.S_ISLNK(info.st_mode):
                    found[shown] = "-> " + os.fsdecode(os.readlink(path))
                elif stat.S_ISDIR(info.st_mode):
                    found[shown] = None
                else:
                    with open(path, "rb") as f:
                        found[shown + ("*" if info.st_mode & 0o111 else "")] = f.read()
        return found

    def assert_fails(self, result, errors):
        self.assertFalse(result.ok, result.log)
        self.assertEqual(result.errors, errors)

    def assert_gets(self, result, tree):
        self.assertTrue(result.ok, result.errors + result.log)
        self.assertEqual(result.errors, "")
        self.assertEqual(self.tree(), tree)
