"""Archives of all kinds, each damaged in many ways by a fixed sequence of chances, through fuzz_unpack."""

import bz2
import gzip
import lzma
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

from archives import file, folder, hardlink, special, symlink, tar, zip

ROUNDS = 60


def seeds():
    """(index of the file's name in fuzz_unpack.c, archive)."""
    tree = [folder("d"), file("d/a", b"text" * 100), symlink("d/l", "../b"), file("b", b"x", mode=0o755), symlink("m", "d/l")]
    links = [symlink("a", ".."), symlink("b/c", "../a/../.."), hardlink("h", "b/c"), file("a/x", b"x")]
    found = [(0, tar(*tree, hardlink("e", "d/a"), format=form)) for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)]
    found.append((0, tar(file("n" * 150, b"x"), symlink("s", "t" * 150), file("e\u0301", b"y"), format=tarfile.PAX_FORMAT)))
    found.append((0, tar(*links)))
    found.append((0, tar(file("a", b"x"), special("f", tarfile.FIFOTYPE), special("c", tarfile.CHRTYPE))))
    found.append((1, gzip.compress(tar(*tree), mtime=0)))
    found.append((1, bz2.compress(tar(*tree))))
    found.append((2, lzma.compress(b"one,two\n" * 100)))
    found.append((2, lzma.compress(b"one,two\n" * 100, format=lzma.FORMAT_ALONE)))
    found.append((3, zip(*tree)))
    found.append((3, zip(*links[:2])))
    found.append((4, gzip.compress(b"text", mtime=0)))
    return found


# What is likely to matter where it lands.
WORDS = [b"../", b"/", b"..", b"\0", b"\xff", b"PK\3\4", b"PK\5\6", b"ustar", b"7777777", b"path=", b"0", b"1", b"2", b"5", b"x"]


def fix_checksums(data):
    """Gives each block that looks like a tar header the checksum that fits it, so that damage reaches what is behind the check."""
    for at in range(0, len(data) - 511, 512):
        if data[at + 257:at + 262] == b"ustar":
            data[at + 148:at + 156] = b" " * 8
            data[at + 148:at + 156] = b"%06o\0 " % sum(data[at:at + 512])


def damage(data, chance):
    data = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(data)) if chance.random() < 0.5 else chance.randrange(min(len(data), 512))
        what = chance.randrange(4)
        if what == 0:
            data[at] = chance.randrange(256)
        elif what == 1:
            word = chance.choice(WORDS)
            data[at:at + len(word)] = word
        elif what == 2:
            del data[at:at + chance.randrange(600)]
            data += b"\0"
        else:
            data[at:at] = data[chance.randrange(len(data)):][:512]
    fix_checksums(data)
    return bytes(data)


class Fuzz(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="plx-fuzz-")
        self.addCleanup(shutil.rmtree, self.folder)

    def test_damaged_archives(self):
        chance = random.Random(1)
        count = 0
        for name, archive in seeds():
            for data in [archive] + [damage(archive, chance) for _ in range(ROUNDS)]:
                with open(os.path.join(self.folder, f"{count:05}"), "wb") as f:
                    f.write(bytes([name]) + data)
                count += 1
        run = subprocess.run([os.environ["FUZZ_UNPACK"], self.folder], capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stdout), (0, f"{count} inputs\n"), run.stderr)


if __name__ == "__main__":
    # With a folder as argument: writes the undamaged archives there, as a corpus for libFuzzer.
    if len(sys.argv) == 2 and os.path.isdir(sys.argv[1]):
        for number, (index, seed) in enumerate(seeds()):
            with open(os.path.join(sys.argv[1], f"seed-{number}"), "wb") as out:
                out.write(bytes([index]) + seed)
    else:
        unittest.main()
