"""One task is one trace: from the client's own span to the pod's stages, told to a collector by every service."""

import json
import os
import secrets
import unittest
import urllib.request

from product import QUICK, ProductTestCase, eventually

COLLECTOR = os.environ.get("MAAS_TRACING_ENDPOINT")


@unittest.skipUnless(COLLECTOR, "needs a collector: Tests/Support/collector.py, and MAAS_TRACING_ENDPOINT at make up")
class TracesTest(ProductTestCase):
    def spans(self, trace: str) -> list[dict]:
        with urllib.request.urlopen(f"{COLLECTOR}/spans?trace={trace}", timeout=15) as answer:
            return json.load(answer)

    def test_one_task_is_one_trace(self):
        trace, client = secrets.token_hex(16), secrets.token_hex(8)
        task = {"template": "demo", "parameters": {**QUICK, "prompt": "a secret garden"}}
        answer = self.product.request("POST", "/v1/tasks", task, traceparent=f"00-{trace}-{client}-01")
        self.product.wait_for_state(answer["task_id"], "COMPLETED")

        wanted = {"submit", "wait", "create job", "attempt", "generate", "upload", "denoising", "write end"}
        spans = eventually("every part is told", lambda: wanted <= {s["name"] for s in self.spans(trace)} and self.spans(trace), 60)
        self.assertEqual({span["service"] for span in spans}, {"api-gateway", "dispatcher", "progress-relay", "reporter"})
        # A tree, whose root is the client's span: each span's parent is another one of it.
        known = {span["spanId"]: span for span in spans}
        self.assertEqual(len(known), len(spans))
        for span in spans:
            self.assertIn(span["parentSpanId"], {*known, client}, span)
        by_name = {span["name"]: span for span in spans}
        self.assertEqual(by_name["submit"]["parentSpanId"], client)
        for name in "wait", "create job", "attempt":
            self.assertEqual(by_name[name]["parentSpanId"], by_name["submit"]["spanId"], name)
        for name in "generate", "upload", "write end":
            self.assertEqual(by_name[name]["parentSpanId"], by_name["attempt"]["spanId"], name)
        self.assertEqual(by_name["denoising"]["parentSpanId"], by_name["generate"]["spanId"])
        # What was done first came first, and nothing the user wrote is told.
        starts = [int(by_name[name]["startTimeUnixNano"]) for name in ("submit", "create job", "generate", "upload")]
        self.assertEqual(starts, sorted(starts))
        self.assertNotIn("secret garden", json.dumps(spans))

    def test_a_client_that_does_not_want_it_is_not_traced(self):
        task = {"template": "demo", "parameters": {**QUICK, "steps": 2, "prompt": "a lake"}}
        silent, told = secrets.token_hex(16), secrets.token_hex(16)
        for trace, flags in (silent, "00"), (told, "01"):
            headers = {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-{flags}"}
            answer = self.product.request("POST", "/v1/tasks", task, **headers)
            self.product.wait_for_state(answer["task_id"], "COMPLETED")
        # The first one's would have come before these of the second.
        wanted = {"submit", "attempt", "write end"}
        eventually("the other is told", lambda: wanted <= {span["name"] for span in self.spans(told)}, 60)
        self.assertEqual(self.spans(silent), [])


if __name__ == "__main__":
    unittest.main()
