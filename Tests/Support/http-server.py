#!/usr/bin/env python3
"""An HTTP/1.1 server with bad manners on demand, for the tests of the HTTP client: http-server.py [CERTIFICATE KEY [CA]]

Listens on a free port of 127.0.0.1 and writes it, on one line, to standard output. With a certificate it speaks TLS, with
a CA it also wants a certificate of the client.
"""

import base64
import ctypes
import gzip
import hashlib
import json
import signal
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

PATTERN = bytes(range(251))


def pattern(length):
    return (PATTERN * (length // len(PATTERN) + 1))[:length]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16

    def log_message(self, *_):
        pass

    def handle_any(self):
        name, _, argument = urlsplit(self.path).path.lstrip("/").partition("/")
        length = int(self.headers.get("Content-Length", 0))
        self.body = self.sip(length) if name == "sip" else self.rfile.read(length)
        getattr(self, "on_" + name.replace("-", "_"), self.on_echo)(argument)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_PROPFIND = handle_any

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def hang_up(self):
        self.wfile.flush()
        self.close_connection = True

    def sip(self, length):
        """Takes a body slowly: in ten pieces, so that a client has four seconds to report on it."""
        pieces = []
        for _ in range(10):
            pieces.append(self.rfile.read(length // 10))
            time.sleep(0.4)
        return b"".join(pieces) + self.rfile.read(length % 10)

    # What each first part of a path does.

    def on_echo(self, _):
        peer = self.connection.getpeercert() if isinstance(self.connection, ssl.SSLSocket) else None
        body = {
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "length": len(self.body),
            "sha256": hashlib.sha256(self.body).hexdigest(),
            "port": self.client_address[1],
            "client": peer and dict(pair for part in peer["subject"] for pair in part)["commonName"],
        }
        self.answer(200, json.dumps(body).encode(), Content_Type="application/json")

    def on_status(self, code):
        self.answer(int(code), b"status " + code.encode())

    def on_keep(self, name):
        """Keeps what is put under a name, and gives it back with its type."""
        if self.command == "PUT":
            self.server.kept[name] = self.headers["Content-Type"].encode() + b" " + self.body
            return self.answer(200)
        self.answer(200 if name in self.server.kept else 404, self.server.kept.get(name, b""))

    def on_damaged(self, argument):
        """Keeps what is put, as /keep; but as often as the path says it has lost its first byte on the way, as S3 sees it."""
        times = self.server.tries.setdefault(argument, int(argument.split("/")[0]))
        self.server.tries[argument] -= 1
        arrived = self.body[1:] if times > 0 else self.body
        given = self.headers["Content-MD5"]
        if given and given != base64.b64encode(hashlib.md5(arrived).digest()).decode():
            return self.answer(400, b"<?xml version='1.0'?><Error><Code>BadDigest</Code></Error>")
        self.server.kept[argument] = b"video/mp4 " + arrived
        self.answer(200)

    def on_refused(self, argument):
        """403 with the code that the path names."""
        self.answer(403, f"<?xml version='1.0'?><Error><Code>{argument}</Code></Error>".encode())

    def on_interrupted(self, argument):
        """Refuses the first try with the code that the path names, as S3 does when a body stalls."""
        is_first = argument not in self.server.tries
        self.server.tries[argument] = 0
        if is_first:
            return self.answer(400, f"<?xml version='1.0'?><Error><Code>{argument}</Code></Error>".encode())
        self.answer(200)

    def on_flaky(self, argument):
        """Fails as often as the path says, by turns with an answer and by hanging up in the middle of one."""
        times = self.server.tries.setdefault(argument, int(argument.split("/")[0]))
        self.server.tries[argument] -= 1
        if times <= 0:
            return self.answer(200, b"flaky")
        return self.answer(503) if times % 2 else self.on_truncate("")

    def on_hook(self, argument):
        """Takes webhooks and answers by turns with what the path says, the last from then on: /hook/500,hang,200/NAME."""
        answers, _, name = argument.partition("/")
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.server.hooked:
            taken = self.server.hooks.setdefault(name, [])
            taken.append({"headers": headers, "body": self.body.decode()})
            number = len(taken)
            self.server.hooked.notify_all()
        answers = answers.split(",")
        answer = answers[min(number, len(answers)) - 1]
        return self.server.never.wait() if answer == "hang" else self.answer(int(answer), Location="/hook/200/elsewhere")

    def on_hooked(self, argument):
        """What was taken under a name, once it is so much: /hooked/3/NAME."""
        count, _, name = argument.partition("/")
        with self.server.hooked:
            self.server.hooked.wait_for(lambda: len(self.server.hooks.get(name, [])) >= int(count))
            taken = list(self.server.hooks.get(name, []))
        self.answer(200, json.dumps(taken).encode(), Content_Type="application/json")

    def on_redirect(self, _):
        self.answer(302, Location="/echo")

    def on_elsewhere(self, address):
        """Redirects to the address behind it, which is percent-encoded."""
        self.answer(302, Location=unquote(address))

    def on_picture(self, _):
        """The head of a PNG of 800 x 480 and its end, under a wrong name."""
        head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes([0, 0, 3, 32, 0, 0, 1, 224, 8, 2, 0, 0, 0])
        head += bytes(8) + b"IEND\xaeB`\x82"
        self.answer(200, head, Content_Type="text/html")

    def on_bytes(self, length):
        self.answer(200, pattern(int(length)))

    def on_gzip(self, length):
        body = pattern(int(length))
        if "gzip" not in self.headers.get("Accept-Encoding", ""):
            return self.answer(200, body)
        self.answer(200, gzip.compress(body), Content_Encoding="gzip")

    def on_interim(self, _):
        self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nX-Hint: early\r\n\r\n")
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Kind:  final \r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n")
        self.wfile.write(b"3\r\nabc\r\n0\r\nX-Late: trailer\r\n\r\n")

    def on_headers(self, kind):
        """Fields without end: of the answer, of interim ones before it, or behind its body."""
        start, field = {
            "final": (b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"m" * 1000 + b"\r\n"),
            "interim": (b"", b"HTTP/1.1 103 Early Hints\r\nX-More: " + b"m" * 1000 + b"\r\n\r\n"),
            "trailer": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-More: m\r\n" * 100),
        }[kind]
        self.wfile.write(start)
        while True:
            self.wfile.write(field)

    def on_pieces(self, count):
        """Chunks, each sent by itself, the next one only when the client asked for /next: no clock involved."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number in range(int(count)):
            self.wfile.write(b"8\r\npiece %02d\r\n" % number)
            self.wfile.flush()
            self.server.next.acquire()
        self.wfile.write(b"0\r\n\r\n")

    def on_next(self, _):
        self.server.next.release()
        self.answer(204)

    def on_hang(self, _):
        self.server.hung.release()
        self.server.never.wait()

    def on_wait_for_hang(self, _):
        self.server.hung.acquire()
        self.answer(204)

    def on_stall(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome")
        self.wfile.flush()
        self.server.never.wait()

    def on_trickle(self, _):
        """A byte now and then, for as long as the client takes them."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            self.wfile.write(b".")
            self.wfile.flush()
            time.sleep(0.05)

    def on_truncate(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome")
        self.hang_up()

    def on_cut_chunk(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nsome")
        self.hang_up()

    def on_slam(self, _):
        self.hang_up()

    def on_garbage(self, _):
        self.wfile.write(b"220 smtp.example.org ESMTP\r\n\r\n")
        self.hang_up()

    def on_stale(self, _):
        """Says that the connection stays open, and closes it."""
        self.answer(200, b"stale")
        self.hang_up()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # Tests connect fifty times at once; a connection beyond it waits a second.

    def handle_error(self, *_):
        pass  # Clients that leave are what the tests are about.


def main():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: end with the test process.
    server = Server(("127.0.0.1", 0), Handler)
    server.next = threading.Semaphore(0)
    server.hung = threading.Semaphore(0)
    server.never = threading.Event()
    server.kept, server.tries, server.hooks = {}, {}, {}
    server.hooked = threading.Condition()
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        if len(sys.argv) > 3:
            context.load_verify_locations(sys.argv[3])
            context.verify_mode = ssl.CERT_REQUIRED
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(server.server_port, flush=True)
    server.serve_forever()


main()
