"""Downloads: from a server that behaves, and from ones that do not."""

import glob
import os
import signal
import socket
import subprocess
import unittest

from fetching import FetchTest, sha256

DATA = bytes(range(256)) * 1000
ZERO_HASH = "0" * 64


def drop(count, **more):
    """A connection that ends after `count` bytes."""
    return dict(cut=count, **more)


PLAIN = {}
STALL = dict(cut=1000, stall=True)


class Good(FetchTest):
    def setUp(self):
        super().setUp()
        self.start_server()
        self.hash = self.serve("data.bin", DATA)

    def test_whole_file(self):
        self.assert_gets(self.fetch_url("data.bin", self.hash), {"data.bin": DATA})
        self.assertEqual(self.server.requests, [("/data.bin", None, None)])
        self.assertEqual(self.server.agents, {"plx/0.1.0"})
        self.assertEqual(self.partials(), {})
        with open(self.progress) as f:
            self.assertEqual(f.readlines()[-1], f"{len(DATA)} {len(DATA)}\n")

    def test_log(self):
        result = self.fetch_url("data.bin", self.hash)
        self.assertEqual(result.log, "fetching http://HOST/data.bin\ngot 250.0 KiB, the hash is right\n")

    def test_library_that_cannot_be_loaded(self):
        """An empty file in its place."""
        broken = self.broken_library("libcurl.so.4")
        self.assert_fails(self.fetch_url("data.bin", self.hash, env={"LD_LIBRARY_PATH": broken}), """\
error[E0916]: cannot load the library that downloads files
  = note: /T/broken/libcurl.so.4: file too short
  = help: install libcurl; Debian's package is libcurl4
""")

    def test_query_is_sent_but_names_nothing(self):
        self.assert_gets(self.fetch_url("data.bin?version=2", self.hash), {"data.bin": DATA})
        self.assertEqual(self.server.requests, [("/data.bin?version=2", None, None)])

    def test_filename(self):
        self.assert_gets(self.fetch_url("data.bin", self.hash, filename="other"), {"other": DATA})

    def test_sha1(self):
        result = self.fetch({"kind": "fetchurl", "url": self.url_of("data.bin"), "mode": "as-is",
                             "sha1": "EE4A3DA0DE4E2A6DEC5DC2FD4B28C5CA2BBEBB62"})
        self.assertFalse(result.ok)
        self.assertIn("     got ", result.errors)
        got = result.errors.split("got ")[1].split()[0]
        result = self.fetch({"kind": "fetchurl", "url": self.url_of("data.bin"), "mode": "as-is", "sha1": got.upper()})
        self.assert_gets(result, {"data.bin": DATA})

    def test_empty_file(self):
        digest = self.serve("empty", b"")
        self.assert_gets(self.fetch_url("empty", digest), {"empty": b""})

    def test_redirect(self):
        self.assert_gets(self.fetch_url("redirect?/data.bin", self.hash, filename="x"), {"x": DATA})
        self.assertEqual([r[0] for r in self.server.requests], ["/redirect?/data.bin", "/data.bin"])

    def test_file_url(self):
        name = self.path("local %41.bin")
        with open(name, "wb") as f:
            f.write(DATA)
        url = "file://" + self.folder + "/local%20%2541.bin"
        result = self.fetch({"kind": "fetchurl", "url": url, "sha256": self.hash, "mode": "as-is", "filename": "x"})
        self.assert_gets(result, {"x": DATA})

    def test_proxy_of_the_environment(self):
        result = self.fetch({"kind": "fetchurl", "url": "http://far.example/data.bin", "sha256": self.hash,
                             "mode": "as-is"}, http_proxy=self.server.url)
        # The server takes the whole URL as the name of a file, which is enough to see that it was asked.
        self.assertFalse(result.ok)
        self.assertEqual(self.server.requests, [("http://far.example/data.bin", None, None)])


class Resuming(FetchTest):
    """All of one URL, /script/data.bin, which the server answers as the script says."""

    PATH = "script/data.bin"

    def setUp(self):
        super().setUp()
        self.start_server()
        self.hash = self.serve("data.bin", DATA)
        self.tag = f'"{self.hash[:16]}"'

    def run_script(self, *script, tries=1, **more):
        self.server.script = list(script)
        self.server.requests.clear()
        return self.fetch_url(self.PATH, self.hash, env={"PLX_FETCH_TRIES": str(tries)}, **more)

    def assert_requests(self, *expected):
        self.assertEqual(self.server.requests, [("/" + self.PATH, *request) for request in expected])

    def break_off(self):
        self.assertFalse(self.run_script(drop(1000)).ok)

    def damage_partial(self, data):
        (name,) = [n for n in os.listdir(self.path("partial")) if n.endswith(".part")]
        with open(self.path("partial", name), "wb") as f:
            f.write(data)

    def test_retries_go_on(self):
        result = self.run_script(drop(100000), drop(100000), tries=3)
        self.assert_gets(result, {"data.bin": DATA})
        self.assert_requests((None, None), ("bytes=100000-", self.tag), ("bytes=200000-", self.tag))
        self.assertEqual(result.log, """\
fetching http://HOST/script/data.bin
the connection broke after 97.7 KiB of 250.0 KiB; try 2 of 3 follows in 0 ms
going on after 97.7 KiB
the connection broke after 195.3 KiB of 250.0 KiB; try 3 of 3 follows in 0 ms
going on after 195.3 KiB
got 250.0 KiB, the hash is right
""")

    def test_next_run_goes_on(self):
        self.break_off()
        self.assertEqual(self.partials(), {".part": [1000], ".validator": [18]})
        self.assert_gets(self.run_script(), {"data.bin": DATA})
        self.assert_requests(("bytes=1000-", self.tag))
        self.assertEqual(self.partials(), {})

    def test_message_about_what_is_kept(self):
        self.assert_fails(self.run_script(drop(1000)), """\
error[E0911]: cannot fetch `http://HOST/script/data.bin`: the connection broke after 1000 bytes of 250.0 KiB
  = note: if the server can, the next run goes on after the 1000 bytes that have arrived
""")

    def test_force_download_takes_and_leaves_nothing(self):
        self.break_off()
        self.assertFalse(self.run_script(drop(500), force_download=True).ok)
        self.assert_requests((None, None))
        self.assertEqual(self.partials(), {".part": [1000], ".validator": [18]})
        self.assert_gets(self.run_script(force_download=True), {"data.bin": DATA})
        self.assert_requests((None, None))

    def test_other_hash_is_another_file(self):
        self.break_off()
        self.server.requests.clear()
        self.fetch_url(self.PATH, ZERO_HASH)
        self.assert_requests((None, None))

    def test_file_that_changed_meanwhile(self):
        self.break_off()
        new = b"new" * 10
        self.serve("data.bin", new)
        self.assert_fails(self.run_script(), f"""\
error[E0904]: the sha256 of `http://HOST/script/data.bin` is not the expected one
  = note: expected {self.hash}
  = note:      got {sha256(new)} (30 bytes)
  = help: if the file was changed on purpose and you trust the new one, write sha256 = "{sha256(new)}"; else find out \
why it differs
""")
        self.assert_requests(("bytes=1000-", self.tag))
        self.assertEqual(self.partials(), {})

    def test_date_where_the_tag_is_weak(self):
        self.assertFalse(self.run_script(drop(1000, weak=True)).ok)
        self.assert_gets(self.run_script(dict(weak=True)), {"data.bin": DATA})
        self.assert_requests(("bytes=1000-", "Thu, 01 Jan 2015 00:00:00 GMT"))

    def test_no_validator(self):
        self.break_off()
        (name,) = [n for n in os.listdir(self.path("partial")) if n.endswith(".validator")]
        os.remove(self.path("partial", name))
        self.assert_gets(self.run_script(), {"data.bin": DATA})
        self.assert_requests(("bytes=1000-", None))

    def test_damaged_partial_is_fetched_anew(self):
        self.break_off()
        self.damage_partial(b"?" * 100000)
        result = self.run_script()
        self.assert_gets(result, {"data.bin": DATA})
        self.assert_requests(("bytes=100000-", self.tag), (None, None))
        self.assertEqual(result.log, """\
fetching http://HOST/script/data.bin
going on after 97.7 KiB
what was kept does not fit: starting anew
got 250.0 KiB, the hash is right
""")

    def test_damage_is_forgiven_once(self):
        self.break_off()
        self.damage_partial(b"?" * 1000)
        self.serve("data.bin", DATA[:-1] + b"!")
        result = self.run_script(PLAIN, PLAIN)
        self.assertFalse(result.ok)
        self.assertIn("E0904", result.errors)
        self.assertEqual(len(self.server.requests), 1)

    def test_partial_that_is_whole(self):
        self.break_off()
        self.damage_partial(DATA)
        self.assert_gets(self.run_script(), {"data.bin": DATA})
        self.assert_requests((f"bytes={len(DATA)}-", self.tag))

    def test_partial_that_is_too_long(self):
        self.break_off()
        self.damage_partial(DATA + b"more")
        self.assert_gets(self.run_script(), {"data.bin": DATA})
        self.assert_requests((f"bytes={len(DATA) + 4}-", self.tag), (None, None))

    def test_server_that_ignores_ranges(self):
        self.break_off()
        result = self.run_script(dict(ranges=False))
        self.assert_gets(result, {"data.bin": DATA})
        self.assert_requests(("bytes=1000-", self.tag))
        self.assertEqual(result.log, """\
fetching http://HOST/script/data.bin
going on after 1000 bytes
the server sends the whole file anew
got 250.0 KiB, the hash is right
""")

    def test_server_that_ignores_ranges_of_an_empty_file(self):
        self.break_off()
        self.serve("data.bin", b"")
        result = self.run_script(dict(ranges=False))
        self.assertFalse(result.ok)
        self.assertIn("what arrived is empty", result.errors)

    def test_server_that_answers_another_range(self):
        self.break_off()
        self.assert_gets(self.run_script(dict(shift=1)), {"data.bin": DATA})
        self.assert_requests(("bytes=1000-", self.tag), (None, None))

    def test_wrong_ranges_are_forgiven_once(self):
        self.break_off()
        self.assert_fails(self.run_script(dict(shift=1), drop(1000), dict(shift=1), tries=9), """\
error[E0911]: cannot fetch `http://HOST/script/data.bin`: the server answered with a part of the file that nobody asked for
  = note: it was tried 3 times
  = note: if the server can, the next run goes on after the 1000 bytes that have arrived
""")

    def test_much_that_is_new_is_no_failure(self):
        big = DATA * 20
        self.hash = self.serve("data.bin", big)
        result = self.run_script(drop(1100000), drop(1100000), drop(1100000), drop(1100000), tries=2)
        self.assert_gets(result, {"data.bin": big})

    def test_the_same_again_is_a_failure(self):
        big = DATA * 20
        self.hash = self.serve("data.bin", big)
        result = self.run_script(*[drop(1100000, ranges=False)] * 9, tries=2)
        self.assertFalse(result.ok)
        self.assertEqual(len(self.server.requests), 2)

    def test_stalled(self):
        self.server.script = [STALL]
        result = self.fetch_url(self.PATH, self.hash, env={"PLX_FETCH_TRIES": "1", "PLX_FETCH_STALL_TIMEOUT": "1"})
        self.assert_fails(result, """\
error[E0911]: cannot fetch `http://HOST/script/data.bin`: nothing came for 1 s, after 1000 bytes of 250.0 KiB
  = note: if the server can, the next run goes on after the 1000 bytes that have arrived
""")
        self.assert_gets(self.run_script(), {"data.bin": DATA})

    def start_and_stall(self):
        """A fetch that runs and has 1,000 bytes."""
        self.server.script = [STALL]
        realizer = {"kind": "fetchurl", "url": self.url_of(self.PATH), "sha256": self.hash, "mode": "as-is"}
        process = subprocess.Popen(self.command(realizer), env=self.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        while not any(os.path.getsize(part) == 1000 for part in glob.glob(self.path("partial", "*.part"))):
            self.assertIsNone(process.poll())
        return process

    def test_terminated_and_continued(self):
        process = self.start_and_stall()
        process.terminate()
        self.assertEqual(process.wait(), -signal.SIGTERM)
        self.assertEqual(self.tree(), {})
        self.assert_gets(self.run_script(), {"data.bin": DATA})
        self.assert_requests(("bytes=1000-", self.tag))

    def test_two_at_once_do_not_share(self):
        self.start_and_stall()
        result = self.run_script()
        self.assert_gets(result, {"data.bin": DATA})
        self.assertEqual(result.log, """\
fetching http://HOST/script/data.bin
another process downloads the same: not sharing with it
got 250.0 KiB, the hash is right
""")
        self.assertEqual(self.partials(), {".part": [1000], ".validator": [18]})


class Bad(FetchTest):
    def setUp(self):
        super().setUp()
        self.start_server()
        self.hash = self.serve("data.bin", DATA)

    def assert_url_fails(self, path, errors, digest=ZERO_HASH, requests=None, **env):
        self.assert_fails(self.fetch_url(path, digest, env=env, filename="x"), errors)
        if requests:
            self.assertEqual(len(self.server.requests), requests)
        self.assertEqual(self.tree(), {})

    def test_wrong_hash(self):
        self.assert_url_fails("data.bin", f"""\
error[E0904]: the sha256 of `http://HOST/data.bin` is not the expected one
  = note: expected {ZERO_HASH}
  = note:      got {self.hash} (250.0 KiB)
  = help: if the file was changed on purpose and you trust the new one, write sha256 = "{self.hash}"; else find out why \
it differs
""", requests=1)
        self.assertEqual(self.partials(), {})

    def test_page_instead_of_file(self):
        page = b"\xef\xbb\xbf\n <!DOCTYPE html><title>Log in</title>"
        self.serve("page", page)
        self.assert_url_fails("page", f"""\
error[E0904]: the sha256 of `http://HOST/page` is not the expected one
  = note: expected {ZERO_HASH}
  = note:      got {sha256(page)} (41 bytes)
  = note: what arrived is an HTML page, perhaps an error or a login page
  = help: if the file was changed on purpose and you trust the new one, write sha256 = "{sha256(page)}"; else find out \
why it differs
""")

    def test_not_found(self):
        self.assert_url_fails("missing", """\
error[E0903]: cannot fetch `http://HOST/missing`: the server answered with status 404
  = help: check the URL: the file may have moved
""", requests=1)

    def test_forbidden(self):
        self.assert_url_fails("status/403", """\
error[E0903]: cannot fetch `http://HOST/status/403`: the server answered with status 403
  = help: the server wants to know who asks: open the URL in a browser to see why
""", requests=1)

    def test_no_content(self):
        self.assert_url_fails("status/204", """\
error[E0903]: cannot fetch `http://HOST/status/204`: the server answered with status 204
""", requests=1)

    def test_busy_for_a_while(self):
        self.assert_gets(self.fetch_url("flaky/2/data.bin", self.hash), {"data.bin": DATA})
        self.assertEqual(len(self.server.requests), 3)

    def test_busy_for_good(self):
        self.assert_url_fails("status/503", """\
error[E0903]: cannot fetch `http://HOST/status/503`: the server answered with status 503
  = note: it was tried 4 times
  = help: this is often temporary: try again later, or use a mirror
""", requests=4)

    def test_dead_server(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{unused.getsockname()[1]}/x"
            result = self.fetch({"kind": "fetchurl", "url": url, "sha256": ZERO_HASH})
        self.assert_fails(result, """\
error[E0902]: cannot fetch `http://HOST/x`: no connection to the server (Connection refused)
  = note: it was tried 4 times
  = help: check the URL and the network; proxies are taken from http_proxy, https_proxy, all_proxy and no_proxy
""")

    def test_unknown_host(self):
        result = self.fetch({"kind": "fetchurl", "url": "http://nowhere.invalid/x", "sha256": ZERO_HASH})
        self.assert_fails(result, """\
error[E0902]: cannot fetch `http://nowhere.invalid/x`: no address is known for its host
  = note: it was tried 4 times
  = help: check the URL and the network; proxies are taken from http_proxy, https_proxy, all_proxy and no_proxy
""")

    def test_silent_server(self):
        self.assert_url_fails("silent", """\
error[E0911]: cannot fetch `http://HOST/silent`: nothing came for 1 s, after 0 bytes
  = note: it was tried 2 times
""", PLX_FETCH_STALL_TIMEOUT="1", PLX_FETCH_TRIES="2", requests=2)

    def test_hang_up(self):
        result = self.fetch_url("hangup", ZERO_HASH, env={"PLX_FETCH_TRIES": "2"})
        self.assertFalse(result.ok)
        self.assertIn("error[E0911]: cannot fetch `http://HOST/hangup`: the", result.errors)
        self.assertEqual(len(self.server.requests), 2)

    def test_no_http(self):
        self.assert_url_fails("garbage", """\
error[E0911]: cannot fetch `http://HOST/garbage`: what the server answered is no HTTP
""", requests=1)

    def test_shorter_than_claimed(self):
        self.server.script = [dict(claim=1000)]
        self.assert_url_fails("script/data.bin", """\
error[E0911]: cannot fetch `http://HOST/script/data.bin`: the connection broke after 250.0 KiB of 251.0 KiB
  = note: if the server can, the next run goes on after the 250.0 KiB that have arrived
""", PLX_FETCH_TRIES="1")

    def test_shorter_than_claimed_is_whole_on_the_second_try(self):
        self.server.script = [dict(claim=1000)]
        self.assert_gets(self.fetch_url("script/data.bin", self.hash), {"data.bin": DATA})
        self.assertEqual([r[1] for r in self.server.requests], [None, f"bytes={len(DATA)}-"])

    def test_longer_than_claimed(self):
        # What is behind the claimed length is not read.
        self.server.script = [dict(claim=-1000)]
        self.assert_url_fails("script/data.bin", f"""\
error[E0904]: the sha256 of `http://HOST/script/data.bin` is not the expected one
  = note: expected {ZERO_HASH}
  = note:      got {sha256(DATA[:-1000])} (249.0 KiB)
  = help: if the file was changed on purpose and you trust the new one, write sha256 = "{sha256(DATA[:-1000])}"; else \
find out why it differs
""")

    def test_endless(self):
        self.assert_url_fails("endless", """\
error[E0908]: `http://HOST/endless` is larger than 9.5 MiB
  = help: if that is right, set PLX_FETCH_MAX_BYTES to the number of bytes to accept
""", PLX_FETCH_MAX_BYTES="10000000", requests=1)
        self.assertEqual(self.partials(), {})

    def test_claims_to_be_huge(self):
        self.assert_url_fails("huge", """\
error[E0908]: `http://HOST/huge` is larger than 256.0 GiB
  = help: if that is right, set PLX_FETCH_MAX_BYTES to the number of bytes to accept
""", requests=1)

    def test_cap(self):
        size = str(len(DATA))
        self.assert_gets(self.fetch_url("data.bin", self.hash, env={"PLX_FETCH_MAX_BYTES": size}), {"data.bin": DATA})
        self.assert_url_fails("data.bin", """\
error[E0908]: `http://HOST/data.bin` is larger than 250.0 KiB
  = help: if that is right, set PLX_FETCH_MAX_BYTES to the number of bytes to accept
""", PLX_FETCH_MAX_BYTES=str(len(DATA) - 1))

    def test_redirect_to_a_file(self):
        with open(self.path("secret"), "w") as f:
            f.write("secret")
        self.assert_url_fails("redirect?file://" + self.path("secret"), """\
error[E0910]: cannot fetch `http://HOST/redirect?file:///T/secret`: it redirects to something that is neither http nor \
https
  = note: it redirects to file:///T/secret
""", digest=sha256(b"secret"), requests=1)

    def test_redirect_to_nothing(self):
        self.assert_url_fails("redirect?/missing", """\
error[E0903]: cannot fetch `http://HOST/redirect?/missing`: the server answered with status 404
  = note: it redirects to http://HOST/missing
  = help: check the URL: the file may have moved
""", requests=2)

    def test_redirect_to_no_url(self):
        for location, shown in (("http://", "http://"), ("http://me:secret@a:99999/x", "http://a:99999/x")):
            self.assert_url_fails(f"header?302%20Location:%20{location}", f"""\
error[E0910]: cannot fetch `http://HOST/header?302%20Location:%20{location}`: it redirects to something that is no URL
  = note: it redirects to `{shown}`
""")

    def test_redirect_without_a_place(self):
        self.assert_url_fails("header?302%20X:%20y", """\
error[E0903]: cannot fetch `http://HOST/header?302%20X:%20y`: the server answered with status 302
  = help: the server redirects, but does not say where to: open the URL in a browser, and use the one that it ends at
""")

    def test_malformed_headers(self):
        self.assert_url_fails("header?200%20Content-Length:%20-5", """\
error[E0911]: cannot fetch `http://HOST/header?200%20Content-Length:%20-5`: the header of the server's answer is malformed
""")
        self.assert_url_fails("longheader", """\
error[E0911]: cannot fetch `http://HOST/longheader`: the header of the server's answer is too long
""")

    def test_redirect_loop(self):
        self.assert_url_fails("loop", """\
error[E0910]: cannot fetch `http://HOST/loop`: it redirects more than 20 times
  = note: it redirects to http://HOST/loop
""", requests=21)

    def test_credentials_are_not_shown(self):
        url = self.server.url.replace("http://", "http://me:pass@") + "/missing#part"
        result = self.fetch({"kind": "fetchurl", "url": url, "sha256": ZERO_HASH})
        self.assert_fails(result, """\
error[E0903]: cannot fetch `http://HOST/missing`: the server answered with status 404
  = help: check the URL: the file may have moved
""")
        self.assertNotIn("pass", result.log)

    def test_full_disk(self):
        # No file may grow over 4 KiB, which is how a full disk looks to a writer that ignores SIGXFSZ.
        command = ["sh", "-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "sh"]
        command += self.command({"kind": "fetchurl", "url": self.url_of("data.bin"), "sha256": self.hash})
        run = subprocess.run(command, env=self.env, capture_output=True)
        self.assertEqual(run.returncode, 1)
        self.assertEqual(self.plain(run.stdout), "error[E0909]: cannot write to `/T/partial`: File too large\n")


class Tls(FetchTest):
    def setUp(self):
        super().setUp()
        self.hash = self.serve("data.bin", DATA)
        self.certificate = self.path("certificate.pem")
        key = self.path("key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", key, "-out", self.certificate, "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost", "-days", "2"], check=True, capture_output=True)
        both = self.path("both.pem")
        with open(both, "wb") as out:
            for name in (key, self.certificate):
                with open(name, "rb") as f:
                    out.write(f.read())
        self.start_server(certificate=both)

    def test_untrusted(self):
        self.assert_fails(self.fetch_url("data.bin", self.hash), """\
error[E0912]: cannot fetch `https://HOST/data.bin`: no secure connection (SSL peer certificate or SSH remote key was not OK)
  = help: if the server's certificate is from an authority of your own, set SSL_CERT_FILE to a file that holds it
""")

    def test_trusted(self):
        for name in ("SSL_CERT_FILE", "CURL_CA_BUNDLE"):
            result = self.fetch_url("data.bin", self.hash, env={name: self.certificate})
            self.assert_gets(result, {"data.bin": DATA})

    def test_authorities_that_are_not_there(self):
        self.assert_fails(self.fetch_url("data.bin", self.hash, env={"SSL_CERT_FILE": "lab.pem"}), """\
error[E0912]: cannot fetch `https://HOST/data.bin`: no secure connection (Problem with the SSL CA cert (path? access rights?))
  = help: SSL_CERT_FILE names `lab.pem`, which cannot be read (No such file or directory); write it as an absolute path
""")

    def test_wrong_name(self):
        url = self.url_of("data.bin").replace("localhost", "127.0.0.1")
        result = self.fetch({"kind": "fetchurl", "url": url, "sha256": self.hash}, SSL_CERT_FILE=self.certificate)
        self.assertFalse(result.ok)
        self.assertIn("E0912", result.errors)


if __name__ == "__main__":
    unittest.main()
