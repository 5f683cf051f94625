"""What fetchurl and fetchlocal are asked to do, and what they say when it makes no sense."""

import os
import unittest

from fetching import FetchTest, sha256

HASH = sha256(b"data")
MODES = '  = help: the modes are "as-is", "unpack" and "unpack,remove"\n'
ZEROS = ("  = help: run sha256sum on the file, if you have it; else write 64 zeros, and the error will show the hash of "
         "what arrives\n")


class Arguments(FetchTest):
    def setUp(self):
        super().setUp()
        self.local = self.path("data.txt")
        with open(self.local, "wb") as f:
            f.write(b"data")

    def refuse(self, realizer, errors, **env):
        self.assert_fails(self.fetch(realizer, **env), errors)
        self.assertEqual(self.tree(), {})

    def local_of(self, **more):
        return {"kind": "fetchlocal", "path": self.local, "sha256": HASH, **more}

    def url_of(self, url, **more):
        return {"kind": "fetchurl", "url": url, "sha256": HASH, **more}

    def test_local(self):
        self.assert_gets(self.fetch(self.local_of()), {"data.txt": b"data"})
        self.assert_gets(self.fetch(self.local_of(filename="other", mode="as-is")), {"other": b"data"})
        self.assert_gets(self.fetch(self.local_of(sha1=None, filename=None, mode=None)), {"data.txt": b"data"})
        self.assert_gets(self.fetch(self.local_of(sha256=HASH.upper())), {"data.txt": b"data"})

    def test_local_file_is_left_alone(self):
        os.chmod(self.local, 0o600)
        self.assert_gets(self.fetch(self.local_of()), {"data.txt": b"data"})
        with open(self.local, "rb") as f:
            self.assertEqual(f.read(), b"data")
        self.assertEqual(os.stat(os.path.join(self.out, "data.txt")).st_mode & 0o777, 0o644)

    def test_local_link(self):
        os.symlink("data.txt", self.path("link"))
        self.assert_gets(self.fetch(self.local_of(path=self.path("link"))), {"link": b"data"})

    def test_local_with_wrong_hash(self):
        self.refuse(self.local_of(sha256="0" * 64), f"""\
error[E0904]: the sha256 of `/T/data.txt` is not the expected one
  = note: expected {"0" * 64}
  = note:      got {HASH} (4 bytes)
  = help: if the file was changed on purpose and you trust the new one, write sha256 = "{HASH}"; else find out why it \
differs
""")

    def test_local_missing(self):
        self.refuse(self.local_of(path="/nowhere/x"), """\
error[E0905]: cannot read `/nowhere/x`: No such file or directory
  = help: paths are those of the machine that realizes the stage
""")

    def test_local_folder(self):
        self.refuse(self.local_of(path=self.served), """\
error[E0905]: `/T/served` is a folder, not a regular file
  = help: to use a folder, write its path beside the source: ./folder, or source(./folder)
""")

    def test_local_device(self):
        os.mkfifo(self.path("fifo"))
        for path, shown in (("/dev/zero", "/dev/zero"), (self.path("fifo"), "/T/fifo")):
            self.refuse(self.local_of(path=path),
                        f"error[E0905]: `{shown}` is a device, pipe or socket, not a regular file\n")

    def test_local_cap(self):
        self.refuse(self.local_of(), """\
error[E0908]: `/T/data.txt` is larger than 3 bytes
  = help: if that is right, set PLX_FETCH_MAX_BYTES to the number of bytes to accept
""", PLX_FETCH_MAX_BYTES="3")

    def test_local_relative(self):
        self.refuse(self.local_of(path="a/b"), """\
error[E0901]: the path `a/b` of fetchlocal is not absolute
  = help: write a path beside the source without quotes: path = ./file
""")

    def test_file_url_of_a_folder(self):
        self.refuse(self.url_of("file://" + self.served), """\
error[E0905]: `/T/served` is a folder, not a regular file
  = help: to use a folder, write its path beside the source: ./folder, or source(./folder)
""")

    def test_urls(self):
        for url in ("example.org/x", "http://a b/x", "http://[x/y", "http://a:99999/x"):
            result = self.fetch(self.url_of(url))
            self.assertFalse(result.ok)
            self.assertIn(f"error[E0901]: `{url}` is not a URL\n  = note: ", result.errors)

    def test_passwords_are_not_shown(self):
        for url, shown in (("http://me:secret@a b/x", "http://a b/x"), ("http://me:secret@[x/y", "http://[x/y"),
                           ("http://me:secret@a:99999/x", "http://a:99999/x"), ("me:secret@a b/x", "a b/x"),
                           ("http://me:sec/ret@a/x", "http://a/x"), ("http://me:s@cret@a b/@x", "http://a b/@x")):
            result = self.fetch(self.url_of(url))
            self.assertIn(f"error[E0901]: `{shown}` is not a URL\n  = note: ", result.errors)
            self.assertIn("  = help: write it as a browser shows it", result.errors)
        for url in ("http://me:secret@127.0.0.1/", "http://me:sec#ret@127.0.0.1/", "http://me:sec/ret@127.0.0.1/"):
            self.refuse(self.url_of(url), """\
error[E0901]: `http://127.0.0.1/` does not end in the name of a file
  = help: say what the file is to be called: filename = "…"
""")

    def test_schemes(self):
        self.refuse(self.url_of("ftp://me:pass@example.org/x"), """\
error[E0910]: cannot fetch `ftp://example.org/x`: `ftp` is not supported
  = help: use a URL that begins with http:, https: or file:
""")

    def test_names_from_urls(self):
        for url in ("http://127.0.0.1", "http://127.0.0.1/", "http://127.0.0.1/a/?b=c/d", "http://127.0.0.1/a/..",
                    "http://127.0.0.1?x/y"):
            self.refuse(self.url_of(url), f"""\
error[E0901]: `{url}` does not end in the name of a file
  = help: say what the file is to be called: filename = "…"
""")

    def test_filenames(self):
        for name in ("", ".", "..", "a/b", "/a"):
            self.refuse(self.local_of(filename=name), f"""\
error[E0901]: `{name}` cannot be the name of a file
  = help: `filename` is a name without slashes
""")

    def test_modes(self):
        for mode in ("unpack,", "packed", "remove", "as-is,unpack", "unpack remove", ",", "as-is,remove"):
            result = self.fetch(self.local_of(mode=mode))
            if mode == "unpack,":
                self.assert_gets(result, {"data.txt": b"data"})
                continue
            self.assert_fails(result, f"error[E0901]: fetchlocal has no mode `{mode}`\n{MODES}")

    def test_hashes(self):
        self.refuse(self.local_of(sha256="abc"), f"""\
error[E0901]: `abc` is not a sha256: that is 64 hex digits
  = note: it has 3 digits
{ZEROS}""")
        self.refuse(self.local_of(sha256="x" * 64), f"error[E0901]: `{'x' * 64}` is not a sha256: that is 64 hex digits\n{ZEROS}")
        self.refuse(self.local_of(sha1="0" * 40), """\
error[E0901]: fetchlocal takes either `sha256` or `sha1`, not both
  = help: prefer sha256: files that differ can be made to have the same sha1
""")
        self.refuse(self.local_of(sha256=None), """\
error[E0901]: fetchlocal needs the hash of the file, as `sha256` or `sha1`
  = help: prefer sha256: files that differ can be made to have the same sha1
""")

    def test_types(self):
        self.refuse(self.url_of(None), "error[E0901]: fetchurl needs `url`\n")
        self.refuse(self.url_of(["dref:x", "y"]), "error[E0901]: fetchurl needs a string as `url`\n")
        self.refuse(self.url_of("http://a/b\0c"), "error[E0901]: fetchurl needs a string as `url`\n")
        self.refuse(self.local_of(mode=1), "error[E0901]: fetchlocal needs a string as `mode`\n")

    def test_settings(self):
        self.refuse(self.local_of(), """\
error[E0914]: the environment variable PLX_FETCH_TRIES is `many`, which is not a number from 1 to 1000
  = help: unset it to get the default, 4
error[E0914]: the environment variable PLX_UNPACK_MAX_RATIO is `0`, which is not a number from 1 to 1048576
  = help: unset it to get the default, 200
""", PLX_FETCH_TRIES="many", PLX_UNPACK_MAX_RATIO="0")


if __name__ == "__main__":
    unittest.main()
