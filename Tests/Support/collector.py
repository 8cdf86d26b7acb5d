#!/usr/bin/env python3
"""A small OpenTelemetry collector: takes spans by OTLP/HTTP JSON and shows them as a JSON array. collector.py [PORT]

Listens on 127.0.0.1, at a free port unless one is given, and writes it, on one line, to standard output.
POST /v1/traces takes what the protocol allows and refuses the rest with 400; GET /spans has all spans, in the order they
came, each with the name of its service; GET /spans?trace=ID those of one trace.
"""

import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

#: Of the last spans, so many are kept.
LIMIT = 100_000

lock = threading.Lock()
spans: list[dict] = []


def check(span: dict) -> dict:
    """What the JSON form of opentelemetry.proto.trace.v1.Span demands of a span."""
    if not re.fullmatch(r"[0-9a-f]{32}", span["traceId"]) or not re.fullmatch(r"[0-9a-f]{16}", span["spanId"]):
        raise ValueError("ids are hexadecimal")
    if not re.fullmatch(r"[0-9a-f]{16}", span.get("parentSpanId", "0" * 16)):
        raise ValueError("the parent's id is hexadecimal")
    start, end = span["startTimeUnixNano"], span["endTimeUnixNano"]
    if not isinstance(start, str) or not isinstance(end, str) or int(end) < int(start):
        raise ValueError("times are nanoseconds as text, the end not before the start")
    if not span["name"] or span["kind"] not in range(1, 6):
        raise ValueError("a span has a name and a kind")
    for attribute in span["attributes"]:
        if not attribute["key"] or len(attribute["value"]) != 1:
            raise ValueError("an attribute has a key and one value")
    return span


def read(document: dict) -> list[dict]:
    found = []
    for resource in document["resourceSpans"]:
        names = {one["key"]: one["value"] for one in resource["resource"]["attributes"]}
        service = names["service.name"]["stringValue"]
        for scope in resource["scopeSpans"]:
            found += [{**check(span), "service": service} for span in scope["spans"]]
    return found


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status: int, document) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/v1/traces" or self.headers.get("Content-Type") != "application/json":
            return self.answer(404, {"message": "POST JSON to /v1/traces"})
        try:
            found = read(json.loads(body))
        except (ValueError, KeyError, TypeError) as error:
            return self.answer(400, {"message": repr(error)})
        with lock:
            spans.extend(found)
            del spans[:-LIMIT]
        self.answer(200, {"partialSuccess": {}})

    def do_GET(self):
        url = urlsplit(self.path)
        trace = parse_qs(url.query).get("trace")
        with lock:
            self.answer(200, [span for span in spans if trace is None or span["traceId"] in trace])


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
