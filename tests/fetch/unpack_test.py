"""Unpacking: what comes out of good archives, and that hostile ones do not get out."""

import bz2
import gzip
import io
import lzma
import os
import re
import subprocess
import tarfile
import unittest
import warnings
import zipfile

from archives import file, folder, hardlink, special, symlink, tar, zip
from fetching import FetchTest

TRUST = '  = help: if you trust the archive, fetch it with mode = "as-is" and unpack it in a stage of your own\n'
DAMAGED = ("  = help: its hash is the expected one, so it was damaged before that hash was taken: use another copy, "
           "and its hash\n")


class UnpackTest(FetchTest):
    def setUp(self):
        super().setUp()
        # What an archive must not change, beside the output and above it.
        self.victim = self.path("victim")
        with open(self.victim, "w") as f:
            f.write("untouched")

    def unpack(self, data, name="a.tar", mode="unpack,remove", **env):
        with open(self.path(name), "wb") as f:
            f.write(data)
        result = self.fetch_local(self.path(name), data, mode=mode, env=env)
        with open(self.victim) as f:
            self.assertEqual(f.read(), "untouched")
        self.assertEqual(set(os.listdir(os.path.dirname(self.out))), {"job.json", "out", "progress", "tmp"})
        return result

    def assert_unpacks(self, data, tree, name="a.tar", **more):
        self.assert_gets(self.unpack(data, name, **more), tree)

    def assert_refused(self, data, what, name="a.tar", code="E0906", help=TRUST, **env):
        self.assert_fails(self.unpack(data, name, **env), f"error[{code}]: cannot unpack `{name}`: {what}\n{help}")


class Good(UnpackTest):
    def test_tree(self):
        data = tar(folder("top", mode=0o700), file("top/run", b"#!", mode=0o700), file("top/read", b"x", mode=0o600),
                   symlink("top/link", "run"), folder("top/empty"), symlink("top/empty/up", "../../other"),
                   file("other", b"y"))
        self.assert_unpacks(data, {"top": None, "top/run*": b"#!", "top/read": b"x", "top/link": "-> run",
                                   "top/empty": None, "top/empty/up": "-> ../../other", "other": b"y"})

    def test_zip_tree(self):
        data = zip(folder("top"), file("top/run", b"#!", mode=0o755), symlink("top/link", "run"), file("b/c", b"x" * 999))
        self.assert_unpacks(data, {"top": None, "top/run*": b"#!", "top/link": "-> run", "b": None, "b/c": b"x" * 999},
                            name="a.zip")

    def test_stored_and_empty_zips(self):
        self.assert_unpacks(zip(file("a", b"x"), compression=zipfile.ZIP_STORED), {"a": b"x"}, name="a.zip")
        self.assert_unpacks(zip(), {}, name="a.zip")

    def test_names_do_not_matter(self):
        self.assert_unpacks(tar(file("a", b"x")), {"a": b"x"}, name="anything.dat")
        self.assert_unpacks(zip(file("a", b"x")), {"a": b"x"}, name="anything.dat")

    def test_compressions(self):
        for mode in ("w:gz", "w:bz2", "w:xz"):
            self.assert_unpacks(tar(file("a", b"x"), mode=mode), {"a": b"x"}, name="a.bin")
        alone = lzma.compress(tar(file("a", b"x")), format=lzma.FORMAT_ALONE)
        self.assert_unpacks(alone, {"a": b"x"}, name="a.tar.lzma")

    def test_formats(self):
        long = "/".join(["folder"] * 40)
        for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            self.unpack(tar(file(long, b"x"), format=form))
            self.assertEqual(self.tree()[long], b"x")
        self.assert_unpacks(tar(file("a", b"x"), format=tarfile.USTAR_FORMAT), {"a": b"x"})

    def test_modes(self):
        data = tar(file("a", b"x"))
        self.assert_unpacks(data, {"a": b"x", "x.tar": data}, name="x.tar", mode="unpack")
        self.assert_unpacks(data, {"a": b"x"}, name="x.tar", mode="remove,unpack")
        self.assert_unpacks(data, {"x.tar": data}, name="x.tar", mode="as-is")
        self.assert_unpacks(data, {"x.tar": data}, name="x.tar", mode="")

    def test_names_of_the_store(self):
        help = ('  = help: fetch it with mode = "as-is", and unpack it in a stage of your own, into a folder of its '
                'output\n')
        for name in ("context.json", "__log__.txt"):
            self.assert_refused(tar(file(name, b"x")), f"the entry `{name}` has a name by which the store writes a file "
                                "of its own", code="E0714", help=help)
        self.assert_refused(gzip.compress(b"x"), "the entry `context.json` has a name by which the store writes a file of "
                            "its own", name="context.json.gz", code="E0714", help=help)
        self.assert_unpacks(tar(file("a/context.json", b"x")), {"a": None, "a/context.json": b"x"})

    def test_empty_tar(self):
        self.assert_unpacks(tar(), {})
        self.assert_unpacks(gzip.compress(tar()), {}, name="a.tar.gz")

    def test_archive_in_its_own_way(self):
        self.assert_fails(self.unpack(tar(file("x.tar", b"x")), "x.tar", mode="unpack"), """\
error[E0915]: the archive `x.tar` holds an entry of its own name
  = help: use mode = "unpack,remove", or give the archive another `filename`
""")

    def test_library_that_cannot_be_loaded(self):
        """An empty file in its place; what needs no unpacking needs no library."""
        broken = self.broken_library("libarchive.so.13")
        self.assert_fails(self.unpack(tar(file("a", b"x")), LD_LIBRARY_PATH=broken), f"""\
error[E0916]: cannot load the library that unpacks archives
  = note: /T/broken/libarchive.so.13: file too short
  = help: install libarchive; Debian's package is libarchive13
""")
        self.assert_gets(self.unpack(b"x", "a.txt", mode="as-is", LD_LIBRARY_PATH=broken), {"a.txt": b"x"})

    def test_bits_are_dropped(self):
        self.unpack(tar(file("a", b"x", mode=0o7755, uid=1234, gid=1234, uname="daemon"), folder("d", mode=0o7777)))
        for name, mode in (("a", 0o100755), ("d", 0o040755)):
            info = os.lstat(os.path.join(self.out, name))
            self.assertEqual((info.st_mode, info.st_uid), (mode, os.getuid()))

    def test_odd_names(self):
        odd = ["new\nline", "back\\slash", "bad\udcff\udcfe", "e\u0301", "\u00e9", " ", "-rf", "a:b", "C:\\x", "..."]
        expected = {name.replace("\udcff\udcfe", "\\xff\\xfe"): b"x" for name in odd}
        for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            self.assert_unpacks(tar(*[file(name, b"x") for name in odd], format=form), expected)

    def test_odd_names_in_links(self):
        links = [file("\u00e9", b"x"), symlink("s", "\u00e9"), hardlink("h", "\u00e9"), symlink("b", "bad\udcff")]
        for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            self.assert_unpacks(tar(*links, format=form),
                                {"\u00e9": b"x", "s": "-> \u00e9", "h": b"x", "b": "-> bad\udcff"})

    def test_names_in_zips(self):
        self.assert_unpacks(zip(file("new\nline", b"x"), file("\u00e9", b"y"), file("\u65e5\u672c", b"z")),
                            {"new\nline": b"x", "\u00e9": b"y", "\u65e5\u672c": b"z"}, name="a.zip")
        # Not marked as UTF-8: the bytes are the name.
        data = zip(file("X?", b"x")).replace(b"X?", b"X\xff")
        self.assert_unpacks(data, {"X\\xff": b"x"}, name="a.zip")

    def test_dots_and_slashes(self):
        self.assert_unpacks(tar(folder("./"), folder("./a//"), file(".//a/./b", b"x"), file("a/c", b"y")),
                            {"a": None, "a/b": b"x", "a/c": b"y"})

    def test_later_entries_replace(self):
        self.assert_unpacks(tar(file("a", b"old and longer"), folder("d"), file("a", b"new"), folder("d"),
                                file("d/b", b"x"), symlink("d/b", "../a"), symlink("c", "a"), file("c", b"z")),
                            {"a": b"new", "d": None, "d/b": "-> ../a", "c": b"z"})

    def test_replacing_does_not_write_through_hard_links(self):
        self.assert_unpacks(tar(file("a", b"old"), hardlink("b", "a"), file("b", b"new")), {"a": b"old", "b": b"new"})

    def test_hard_links(self):
        self.assert_unpacks(tar(file("d/a", b"x", mode=0o755), hardlink("b", "./d/a"), symlink("l", "b"),
                                hardlink("m", "l")),
                            {"d": None, "d/a*": b"x", "b*": b"x", "l": "-> b", "m": "-> b"})

    def test_dangling_and_looping_links_inside(self):
        self.assert_unpacks(tar(symlink("a", "b"), symlink("b", "a"), symlink("c", "missing/deep"), symlink("d", ".")),
                            {"a": "-> b", "b": "-> a", "c": "-> missing/deep", "d": "-> ."})

    def test_sparse(self):
        with open(self.path("sparse"), "wb") as f:
            f.truncate(1 << 20)
            f.seek(1 << 19)
            f.write(b"middle")
        with open(self.path("sparse"), "rb") as f:
            expected = f.read()
        for form in ("gnu", "pax"):
            made = subprocess.run(["tar", "-c", "-S", f"--format={form}", "-C", self.folder, "sparse"],
                                  check=True, capture_output=True)
            self.assertLess(len(made.stdout), 1 << 19)
            self.assert_unpacks(made.stdout, {"sparse": expected})
            self.assertLess(os.stat(os.path.join(self.out, "sparse")).st_blocks * 512, 1 << 19)

    def test_log(self):
        self.assertEqual(self.unpack(tar(file("a/b", b"x" * 2048))).log,
                         "copying /T/a.tar\nunpacking a.tar\nunpacked 2 entries, 2.0 KiB\n")


class Single(UnpackTest):
    TEXT = b"one,two\n" * 100

    def test_compressed_files(self):
        self.assert_unpacks(gzip.compress(self.TEXT), {"data.csv": self.TEXT}, name="data.csv.gz")
        self.assert_unpacks(bz2.compress(self.TEXT), {"data.csv": self.TEXT}, name="data.csv.bz2")
        self.assert_unpacks(lzma.compress(self.TEXT), {"data.csv": self.TEXT}, name="data.csv.xz")
        self.assert_unpacks(gzip.compress(b""), {"empty": b""}, name="empty.gz")
        self.assert_unpacks(gzip.compress(self.TEXT) * 2, {"data.csv": self.TEXT * 2}, name="data.csv.gz")

    def test_compressed_twice(self):
        """One compression goes with one ending; under an archive all go."""
        inner = gzip.compress(self.TEXT)
        self.assert_unpacks(gzip.compress(inner), {"model.rds": inner}, name="model.rds.gz")
        self.assert_unpacks(gzip.compress(inner), {"data.csv.gz": inner}, name="data.csv.gz.gz")
        self.assert_unpacks(gzip.compress(bz2.compress(inner)), {"a.bz2": bz2.compress(inner)}, name="a.bz2.gz")
        self.assert_unpacks(bz2.compress(inner), {"a.gz": inner}, name="a.gz.bz2")
        self.assert_unpacks(lzma.compress(inner), {"a": inner}, name="a.xz")
        self.assert_unpacks(gzip.compress(gzip.compress(b"")), {"a": gzip.compress(b"")}, name="a.gz")
        self.assert_unpacks(gzip.compress(gzip.compress(tar(file("a", b"x")))), {"a": b"x"}, name="a.tar.gz.gz")

    def test_garbage_behind(self):
        """As gunzip has it."""
        self.assert_unpacks(gzip.compress(self.TEXT) + b"garbage", {"data.csv": self.TEXT}, name="data.csv.gz")

    def test_kept_beside(self):
        data = gzip.compress(self.TEXT)
        self.assert_unpacks(data, {"data.csv": self.TEXT, "data.csv.gz": data}, name="data.csv.gz", mode="unpack")

    def test_name_inside_does_not_count(self):
        out = io.BytesIO()
        with gzip.GzipFile("../../evil", "wb", fileobj=out) as f:
            f.write(self.TEXT)
        self.assert_unpacks(out.getvalue(), {"data.csv": self.TEXT}, name="data.csv.gz")

    def test_left_as_it_is(self):
        for name, data in (("plain.txt", self.TEXT), ("empty", b""), ("empty.gz", b""), ("zeros", bytes(40000)),
                           ("model.rds", gzip.compress(self.TEXT)), (".gz", gzip.compress(self.TEXT)),
                           ("not.gz", self.TEXT), ("chance", b"\x1f\x8b\x08\x00" + bytes(20)), ("PK", b"PK"),
                           ("late", b"#!/bin/sh\n" + zip(file("a", b"x"))), ("cpio", b"070701" + b"0" * 200)):
            with self.subTest(name):
                self.assert_unpacks(data, {name: data}, name=name)

    def test_zeros_inside(self):
        self.assert_unpacks(gzip.compress(bytes(40000)), {"disk.img": bytes(40000)}, name="disk.img.gz")


class Escapes(UnpackTest):
    def both(self, what, *entries):
        self.assert_refused(tar(*entries), what)
        self.assert_refused(zip(*entries), what, name="a.zip")

    def test_upward(self):
        self.both("the entry `../../victim` leads out of the output with `..`", file("../../victim", b"evil"))
        self.both("the entry `a/../../../victim` leads out of the output with `..`", file("a/../../../victim", b"evil"))
        self.both("the entry `a/..` leads out of the output with `..`", file("ok"), file("a/..", b"evil"))
        self.both("the entry `../` leads out of the output with `..`", folder("../"))

    def test_passwd(self):
        self.assert_refused(tar(file("../../etc/passwd", b"evil"), mode="w:gz"),
                            "the entry `../../etc/passwd` leads out of the output with `..`", name="a.tar.gz")

    def test_absolute(self):
        self.both(f"the entry `{self.victim}` has an absolute name".replace(self.folder, "/T"), file(self.victim, b"evil"))
        self.assert_refused(tar(folder("/")), "the entry `/` has an absolute name")

    def test_through_a_link(self):
        self.both("the entry `a/victim` leads through the link `a`", symlink("a", "../.."), file("a/victim", b"evil"))
        self.both("the entry `b/a/c/victim` leads through the link `a`", symlink("b/a", "../../.."),
                  file("b/a/c/victim", b"evil"))
        # Inside, too: no archive needs it, and the order of entries would decide what it means.
        self.both("the entry `a/x` leads through the link `a`", folder("b"), symlink("a", "b"), file("a/x", b"x"))
        self.both("the entry `a/x` leads through the link `a`", folder("b"), symlink("a", "b"), symlink("a/x", "c"))
        self.both("the entry `a/` leads through the link `a`", folder("b"), symlink("a", "b"), folder("a/"))

    def test_over_a_link(self):
        # Replaces the link instead of what it leads to.
        self.assert_unpacks(tar(symlink("a", "b"), file("b", b"old"), file("a", b"new")), {"a": b"new", "b": b"old"})

    def test_links_out(self):
        self.both("the entry `a` is a link out of the output, to `/etc/passwd`", symlink("a", "/etc/passwd"))
        self.both("the entry `a` is a link out of the output, to `..`", symlink("a", ".."))
        self.both("the entry `d/a` is a link out of the output, to `../../victim`", symlink("d/a", "../../victim"))
        self.both("the entry `a` is a link out of the output, to `missing/../../victim`",
                  symlink("a", "missing/../../victim"))

    def test_links_out_through_links(self):
        # By the text of its target alone, b stays inside.
        self.both("the entry `b` is a link out of the output, to `a/../victim`", folder("d/e"), symlink("d/e/l", "../.."),
                  symlink("a", "d/e/l"), symlink("b", "a/../victim"))
        self.both("the entry `d/b` is a link out of the output, to `../c/../../x`", symlink("d/b", "../c/../../x"),
                  symlink("c", "d"))

    def test_link_moved_by_a_hard_link(self):
        self.assert_refused(tar(symlink("d/e/a", "../../x"), hardlink("b", "d/e/a")),
                            "the entry `b` is a link out of the output, to `../../x`")

    def test_hard_links_out(self):
        for target in ("/etc/passwd", "../../victim", "d/../../../victim"):
            self.assert_refused(tar(folder("d"), hardlink("a", target)),
                                f"the entry `a` is a hard link out of the output, to `{target}`")
        self.assert_refused(tar(symlink("d", "../.."), hardlink("a", "d/victim")),
                            "the entry `a` leads through the link `d`")

    def test_hard_links_to_nothing(self):
        self.assert_refused(tar(hardlink("a", "b")), "the entry `a` is a hard link to `b`, which is no file of the archive")
        self.assert_refused(tar(folder("b"), hardlink("a", "b")),
                            "the entry `a` is a hard link to `b`, which is no file of the archive")
        self.assert_refused(tar(file("a", b"x"), hardlink("a", "./a")), "the entry `a` is a hard link to itself")

    def test_devices(self):
        for kind, what in ((tarfile.CHRTYPE, "a device"), (tarfile.BLKTYPE, "a device"), (tarfile.FIFOTYPE, "a fifo")):
            self.assert_refused(tar(special("dev/x", kind)), f"the entry `dev/x` is {what}")
        # A zip has no such things; readers make files of them.
        self.assert_unpacks(zip(special("x", tarfile.FIFOTYPE)), {"x": b""}, name="a.zip")

    def test_file_and_folder(self):
        self.both("the entry `a/b` needs a folder where the file `a` is", file("a", b"x"), file("a/b", b"y"))
        self.both("the entry `a` has the name of a folder that came before it", file("a/b", b"x"), file("a", b"y"))
        self.both("the entry `a/` needs a folder where the file `a` is", file("a", b"x"), folder("a/"))

    def test_the_output_itself(self):
        self.both("the entry `.` would replace the output itself", file(".", b"x"))
        self.both("the entry `./.` would replace the output itself", symlink("./.", "x"))

    def test_names_in_messages(self):
        self.assert_refused(tar(file("../a\nb\x1b[31m\\\udcff\u202e" + "x" * 300, b"x")),
                            "the entry `../a\\nb\\x1b[31m\\\\\\xff\\xe2\\x80\\xae" + "x" * 184
                            + "...` leads out of the output with `..`")

    def test_long_names(self):
        self.assert_refused(tar(file("d/" + "n" * 256, b"x")), "the entry `d/" + "n" * 198 + "...` has too long a name")
        self.assert_refused(tar(file("d/" * 2050 + "x", b"x")), "the entry `" + "d/" * 100 + "...` has too long a name")

    def test_twice_in_a_zip(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data = zip(file("a", b"x"), file("a", b"y"))
        self.assert_refused(data, "the entry `a` comes twice", name="a.zip")


class Caps(UnpackTest):
    def test_bytes(self):
        data = tar(file("a", b"x" * 600), file("b", b"y" * 400))
        self.assert_unpacks(data, {"a": b"x" * 600, "b": b"y" * 400}, PLX_UNPACK_MAX_BYTES="1000")
        self.assert_refused(data, "more than 999 bytes would come out of it", code="E0908", PLX_UNPACK_MAX_BYTES="999",
                            help="  = help: if that is right, set PLX_UNPACK_MAX_BYTES to a higher number than 999\n")

    def test_entries(self):
        data = tar(file("a/b/c", b"x"), folder("a/b"), file("d", b"y"))
        self.assert_unpacks(data, {"a": None, "a/b": None, "a/b/c": b"x", "d": b"y"}, PLX_UNPACK_MAX_ENTRIES="4")
        self.assert_refused(data, "more than 3 files, folders and links are in it", code="E0908",
                            PLX_UNPACK_MAX_ENTRIES="3",
                            help="  = help: if that is right, set PLX_UNPACK_MAX_ENTRIES to a higher number than 3\n")

    def assert_bomb(self, data, name):
        self.assert_refused(data, "more than 200 times its size would come out of it", name=name, code="E0908",
                            help="  = help: if that is right, set PLX_UNPACK_MAX_RATIO to a higher number than 200\n")

    def bomb(self):
        return bytes((64 << 20) + 1)

    def test_bombs(self):
        self.assert_bomb(gzip.compress(tar(file("a", self.bomb())), 1), "a.tar.gz")
        self.assert_bomb(zip(file("a", self.bomb())), "a.zip")
        self.assert_bomb(bz2.compress(self.bomb()), "a.bz2")

    def test_highly_compressible_is_fine_when_small(self):
        self.assert_unpacks(gzip.compress(bytes(1 << 20)), {"a": bytes(1 << 20)}, name="a.gz")

    def test_ratio_can_be_raised(self):
        self.unpack(gzip.compress(self.bomb(), 1), "a.gz", PLX_UNPACK_MAX_RATIO="2000")
        self.assertEqual(os.path.getsize(os.path.join(self.out, "a")), len(self.bomb()))

    def test_holes_count(self):
        with open(self.path("sparse"), "wb") as f:
            f.truncate(1 << 40)
        made = subprocess.run(["tar", "-c", "-S", "-C", self.folder, "sparse"], check=True, capture_output=True)
        self.assert_refused(made.stdout, "more than 256.0 GiB would come out of it", code="E0908",
                            help="  = help: if that is right, set PLX_UNPACK_MAX_BYTES to a higher number than "
                            "274877906944\n")


class Damaged(UnpackTest):
    def assert_damaged(self, data, name, note=""):
        """What is in parentheses is libarchive's."""
        result = self.unpack(data, name)
        self.assertFalse(result.ok)
        self.assertRegex(result.errors, r"\Aerror\[E0907\]: cannot unpack `%s`: it is damaged \(.+\)\n%s\Z"
                         % (re.escape(name), re.escape(note + DAMAGED)))

    LAST = "  = note: the last entry that could be read is `a`\n"

    def test_truncated_tar(self):
        self.assert_damaged(tar(file("a", b"x" * 5000))[:3000], "a.tar", self.LAST)

    def test_truncated_compressions(self):
        noise = os.urandom(200000)
        for name, pack in (("a.tar.gz", gzip.compress), ("a.tar.bz2", bz2.compress), ("a.tar.xz", lzma.compress)):
            data = pack(tar(file("a", noise)))
            self.assert_damaged(data[:len(data) // 2], name, self.LAST if "bz2" not in name else "")
            self.assert_damaged(data[:30], name)

    def test_truncated_single(self):
        self.assert_damaged(gzip.compress(os.urandom(5000))[:3000], "a.gz")
        self.assert_damaged(gzip.compress(os.urandom(1 << 20))[:1 << 19], "a.gz", self.LAST)

    def test_truncated_zip(self):
        self.assert_damaged(zip(file("a", os.urandom(5000)))[:3000], "a.zip")

    def test_bad_checksum(self):
        data = bytearray(zip(file("a", b"text" * 100), compression=zipfile.ZIP_STORED))
        data[data.index(b"text")] ^= 1
        self.assert_damaged(bytes(data), "a.zip", self.LAST)

    def test_bad_checksum_of_gzip(self):
        noise = os.urandom(3000)
        for name, content in (("a.gz", noise), ("a.tar.gz", tar(file("a", noise)))):
            data = bytearray(gzip.compress(content, 0))
            data[1500] ^= 1
            self.assert_fails(self.unpack(bytes(data), name), f"""\
error[E0907]: cannot unpack `{name}`: it is damaged (incorrect data check)
{DAMAGED}""")
            data[1500] ^= 1
            data[-1] ^= 1
            self.assert_damaged(bytes(data), name)

    def test_much_behind_an_archive(self):
        packed = gzip.compress(tar(file("a", b"x")) + bytes(80 << 20), 1)
        self.assertIn("error[E0908]", self.unpack(packed, "a.tar.gz", PLX_UNPACK_MAX_RATIO="100").errors)

    def test_bad_header(self):
        data = bytearray(tar(file("a", b"x"), file("b", b"y")))
        data[1024 + 10] ^= 1
        self.assert_damaged(bytes(data), "a.tar", self.LAST)

    def test_encrypted_zip(self):
        data = bytearray(zip(file("a", b"text" * 100)))
        for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(sign) + at] |= 1
        self.assert_refused(bytes(data), "the entry `a` is encrypted", name="a.zip", code="E0913", help=(
            "  = help: fetch it with mode = \"as-is\", and decrypt it in a stage of your own, which gets the password by `passenv`\n"))


if __name__ == "__main__":
    unittest.main()
