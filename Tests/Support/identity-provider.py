#!/usr/bin/env python3
"""An identity provider's published keys:  identity-provider.py DIRECTORY

Writes its port to standard output. Answers GET with DIRECTORY/keys.json, 503 while that is not there, and adds a line to
DIRECTORY/requests each time.
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

directory = Path(sys.argv[1])


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        with (directory / "requests").open("a") as log:
            log.write(self.path + "\n")
        keys = directory / "keys.json"
        body = keys.read_bytes() if keys.exists() else b""
        self.send_response(200 if body else 503)
        self.send_header("Content-Type", "application/jwk-set+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
