"""A web server on loopback that has one file."""

import http.server
import os
import threading


class Mirror:
    """Serves `path` under its own name until stop(); `url` is the folder it is in."""

    def __init__(self, path):
        with open(path, "rb") as f:
            body = f.read()
        name = "/" + os.path.basename(path)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                found = self.path == name
                self.send_response(200 if found else 404)
                self.send_header("Content-Length", str(len(body) if found else 0))
                self.end_headers()
                if found:
                    self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
