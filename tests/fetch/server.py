#!/usr/bin/env python3
"""A web server on loopback that behaves well or badly, as the URL says.

    server.py FOLDER --port-file FILE

serves until its stdin ends. The operating system chooses the port; FILE gets it, whole, when the server listens.
NAME is a file in FOLDER; what has a body has ranges, an ETag and If-Range unless said otherwise.

    /NAME                the file
    /weak/NAME           with a weak ETag and a date instead of a strong ETag
    /norange/NAME        ranges are ignored
    /badrange/NAME       a range is answered with another range
    /drop/N/NAME         at most N bytes of the body, then the connection ends
    /long/NAME           claims 1,000 bytes more than it sends
    /flaky/N/NAME        the first N requests get 503
    /stall/N/NAME        N bytes of the body, and then nothing until the client goes away
    /silent              nothing at all until the client goes away
    /hangup              closes the connection without an answer
    /endless             bytes without end
    /huge                claims 1 TiB
    /status/CODE         this status
    /redirect?URL        302 to URL, as it is written
    /loop                302 to itself
    /garbage             no HTTP
    /script/NAME         each request takes the next of Server.script, keyword arguments for send_file; none when it is empty
"""

import argparse
import hashlib
import http.server
import os
import re
import socket
import ssl
import struct
import sys
import threading
from urllib.parse import unquote

DATE = "Thu, 01 Jan 2015 00:00:00 GMT"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.close_connection = True
        self.server.note(self)
        path, _, self.query = self.path.partition("?")
        verb, _, rest = path.lstrip("/").partition("/")
        method = getattr(self, "do_" + verb, None) if rest or verb in self.WITHOUT_NAME else None
        if method:
            method(rest)
        else:
            self.send_file(path.lstrip("/"))

    WITHOUT_NAME = ("silent", "hangup", "endless", "huge", "redirect", "loop", "garbage", "header", "longheader")

    # ---- answers ----

    def read(self, name):
        try:
            with open(os.path.join(self.server.folder, unquote(name)), "rb") as f:
                return f.read()
        except OSError:
            return None

    def answer(self, status, headers, body=b""):
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.send(body)

    def send(self, body):
        try:
            self.wfile.write(body)
            return True
        except OSError:
            return False

    def send_file(self, name, ranges=True, weak=False, shift=0, claim=0, cut=None, stall=False):
        """ranges: whether they are honoured; weak: the ETag; shift: how far a range is from the one asked for; claim: how
        much longer than the body the length is; cut: after so many bytes the connection ends, or with stall: nothing comes."""
        whole = self.read(name)
        if whole is None:
            self.answer(404, {"Content-Length": "0"})
            return
        tag = '"%s"' % hashlib.sha256(whole).hexdigest()[:16]
        headers = {"ETag": "W/" + tag, "Last-Modified": DATE} if weak else {"ETag": tag}
        first = self.range_start()
        fresh = self.headers.get("If-Range") in (None, tag, DATE if weak else None)
        if first is None or not ranges or not fresh:
            status, body = 200, whole
        elif first >= len(whole):
            self.answer(416, {"Content-Range": f"bytes */{len(whole)}", "Content-Length": "0"})
            return
        else:
            first += shift
            status, body = 206, whole[first:]
            headers["Content-Range"] = f"bytes {first}-{len(whole) - 1}/{len(whole)}"
        headers["Content-Length"] = str(len(body) + claim)
        self.answer(status, headers, body if cut is None else body[:cut])
        if stall:
            self.until_client_leaves()

    def range_start(self):
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(match[1]) if match else None

    def until_client_leaves(self):
        self.wfile.flush()
        while self.connection.recv(4096):
            pass

    # ---- misbehaviour ----

    def do_weak(self, name):
        self.send_file(name, weak=True)

    def do_norange(self, name):
        self.send_file(name, ranges=False)

    def do_badrange(self, name):
        self.send_file(name, shift=1)

    def do_long(self, name):
        self.send_file(name, claim=1000)

    def do_drop(self, rest):
        count, _, name = rest.partition("/")
        self.send_file(name, cut=int(count))

    def do_flaky(self, rest):
        count, _, name = rest.partition("/")
        if self.server.count(self.path) <= int(count):
            self.answer(503, {"Content-Length": "0", "Retry-After": "0"})
        else:
            self.send_file(name)

    def do_stall(self, rest):
        count, _, name = rest.partition("/")
        self.send_file(name, cut=int(count), stall=True)

    def do_silent(self, _):
        self.until_client_leaves()

    def do_hangup(self, _):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def do_endless(self, _):
        self.answer(200, {})
        while self.send(b"more and " * 8192):
            pass

    def do_huge(self, _):
        self.answer(200, {"Content-Length": str(1 << 40)})
        while self.send(b"x" * 65536):
            pass

    def do_status(self, code):
        self.answer(int(code), {"Content-Length": "0"})

    def do_redirect(self, _):
        self.answer(302, {"Location": unquote(self.query), "Content-Length": "0"})

    def do_loop(self, _):
        self.answer(302, {"Location": self.path, "Content-Length": "0"})

    def do_header(self, _):
        status, _, header = unquote(self.query).partition(" ")
        self.send(f"HTTP/1.1 {status} x\r\n{header}\r\nConnection: close\r\n\r\n".encode())

    def do_longheader(self, _):
        self.send(b"HTTP/1.1 200 OK\r\nX: ")
        while self.send(b"x" * 65536):
            pass

    def do_garbage(self, _):
        self.send(b"this is no HTTP\r\n\r\n")

    def do_script(self, name):
        self.send_file(name, **(self.server.script.pop(0) if self.server.script else {}))

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    """`requests` is what came: (path, Range or None, If-Range or None), in order; `agents` the set of their User-Agents."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, folder, certificate=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.requests = []
        self.script = []
        self.agents = set()
        self.lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.url = f"https://localhost:{self.server_address[1]}"

    def note(self, request):
        headers = request.headers
        with self.lock:
            self.requests.append((request.path, headers.get("Range"), headers.get("If-Range")))
            self.agents.add(headers.get("User-Agent"))

    def count(self, path):
        with self.lock:
            return sum(1 for request in self.requests if request[0] == path)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def start(self):
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        return self

    def stop(self):
        self.shutdown()
        self.thread.join()
        self.server_close()


def main():
    parser = argparse.ArgumentParser(description="A web server on loopback for tests.")
    parser.add_argument("folder")
    parser.add_argument("--port-file", required=True)
    options = parser.parse_args()
    server = Server(options.folder).start()
    with open(options.port_file + ".new", "w") as f:
        f.write(f"{server.server_address[1]}\n")
    os.rename(options.port_file + ".new", options.port_file)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
