#!/usr/bin/env python3
"""docs/store-format.md against plx: what one writes, the other reads."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from store_format import Store, canonical, dref_of, hash_of

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PLXC = os.environ.get("PLXC", str(REPOSITORY / "build/dev/plxc"))

PIPELINE = """
raw = stage(name = "raw", n = 1e-7, ..{ "é" = "ü\U0001F600\u007f" }, realize = sh('''
  mkdir -p $out/sub/empty $out/__private
  echo '#!/bin/sh' > $out/sub/tool; chmod +x $out/sub/tool
  ln -s sub/tool $out/link; date +%N > $out/__private/time; printf x > $out/sub/__kept; printf 12345678 > $out/eight
'''))
use = stage(name = "use", raw = raw / "eight", copy = promise / "copy", outputs = 2, match = match_n(2), realize = sh('''
  i=0; for o in $outs; do cp $raw $o/copy; i=$((i + 1)); echo $i >> $o/n; done
'''))
join = stage(name = "join", files = use.copy, all = promise / "all", realize = sh("cat $files > $all"))
"""


class StoreFormat(unittest.TestCase):
    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="plx-store-format-"))
        self.store = Store(self.top / "root")
        self.addCleanup(self.clean)

    def clean(self):
        self.store.close()
        for folder, _, _ in os.walk(self.top):
            os.chmod(folder, 0o755)
        shutil.rmtree(self.top)

    def plxc(self, *args):
        environment = {"HOME": str(self.top), "PATH": os.environ["PATH"], "PLX_ROOT": str(self.store.root)}
        done = subprocess.run([PLXC, *args], env=environment, cwd=self.top, capture_output=True, text=True, timeout=100, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.split()

    def test_what_plx_writes_is_as_described(self):
        (self.top / "p.plx").write_text(PIPELINE, "utf-8")
        (joined,) = self.plxc("realize", "p.plx#join")
        self.assertEqual(self.store.check(), [])
        self.assertEqual(len(self.store.drefs()), 3)
        ((used, rrefs),) = self.store.context(joined).items()
        self.assertEqual(sorted(rrefs), self.store.rrefs(used))
        self.assertEqual(len(rrefs), 2)
        self.assertEqual((self.store.rref_path(joined) / "all").read_bytes(), b"12345678" * 2)
        raw = self.store.rref_path(next(iter(self.store.context(rrefs[0]).values()))[0])
        self.assertTrue((raw / "sub/empty").is_dir() and (raw / "__private/time").exists())
        for name in ("__buildtime__.txt", "__log__.txt"):
            self.assertTrue((raw / name).exists())
        self.assertRegex((raw / "__buildtime__.txt").read_text(), r"^\d{6}-\d\d:\d\d:\d\d:\d{6}\+0000\Z")
        self.assertEqual(
            set(json.loads((raw / "__meta__.json").read_text())),
            {"attempt", "duration_ns", "max_rss_kb", "realizer", "system_us", "user_us", "version"},
        )

    def test_plx_reads_what_is_written_as_described(self):
        mine = {"name": "mine", "n": [1, 2.5, {"x": None}], "t": "ä", "made": ["__promise__", "a/b"]}
        dref = self.store.add_derivation(mine)
        first = self.store.add_realization(dref, {}, {"a/b": b"one", "__note": b"not counted"})
        again = self.store.add_realization(dref, {}, {"a/b": b"one", "__note": b"otherwise"})
        self.assertEqual(first, again)
        other = self.store.add_derivation({"name": "other", "mine": [dref, "a", "b"]})
        second = self.store.add_realization(other, {dref: [first]}, {"c": b"two"})
        self.assertEqual(self.store.check(), [])
        self.plxc("store", "verify")
        self.assertEqual(self.plxc("store", "ls"), sorted([dref, other]))
        self.assertEqual(self.plxc("store", "ls", other), [second])
        self.assertEqual(self.plxc("store", "cat", f"{second}/c"), ["two"])
        self.assertEqual(self.plxc("realize", "--assert-realized", other), [second])

    def test_plx_serves_a_stage_from_what_is_written_as_described(self):
        (self.top / "s.plx").write_text('s = stage(name = "s", a = 1, f = promise / "f", realize = sh("false"))\n')
        (dref,) = self.plxc("instantiate", "s.plx#s")
        rref = self.store.add_realization(dref, {}, {"f": b""})
        self.assertEqual(self.plxc("realize", "s.plx#s"), [rref])

    def test_the_worked_example(self):
        page = (REPOSITORY / "docs/store-format.md").read_text("utf-8").partition("## Worked example")[2]
        config = json.loads(re.search(r"```json\n(.*?)```", page, re.S)[1])
        self.assertIn(f"{len(canonical(config))} bytes", page)
        dref = self.store.add_derivation(config)
        self.assertEqual(dref, dref_of({"whom": "world", "name": "hello"}))
        rref = self.store.add_realization(dref, {}, {"hello.txt": b"hello world\n"})
        path = self.store.rref_path(rref)
        for text in (dref, rref, hash_of(path), str((path / "hello.txt").relative_to(self.store.root))):
            self.assertIn(text, page)


if __name__ == "__main__":
    unittest.main()
