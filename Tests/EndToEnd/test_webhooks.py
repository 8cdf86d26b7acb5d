"""Webhooks of the running product: signed as the documentation says, and none lost by a kill -9 in mid-delivery."""

from __future__ import annotations

import json
import re
import secrets
import sys
import unittest
from pathlib import Path

from product import ProductTestCase

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Support"))

from receiver import Receiver  # noqa: E402


def documented_check():
    """`is_genuine` of docs/webhooks.md, as it stands there."""
    code = re.search(r"```python\n(.*?def is_genuine.*?)```", (ROOT / "docs" / "webhooks.md").read_text(), re.DOTALL)
    names: dict = {}
    exec(code[1], names)
    return names["is_genuine"]


class WebhookTests(ProductTestCase):
    def setUp(self):
        super().setUp()
        self.receiver = self.enterContext(Receiver())

    def endpoint(self, *answers: str) -> tuple[dict, str]:
        name = secrets.token_hex(6)
        body = {"name": name, "url": self.receiver.hook(name, *answers), "event_types": ["video.completed", "video.cancelled"]}
        endpoint = self.product.request("POST", "/v1/webhook_endpoints", body)
        self.addCleanup(self.product.request, "DELETE", f"/v1/webhook_endpoints/{endpoint['id']}")
        return endpoint, name

    def test_the_documented_check_accepts_what_arrives_and_nothing_else(self):
        endpoint, name = self.endpoint("200")
        task = self.submit("a webhook", steps=2, pace=0)
        [taken] = self.receiver.taken(name, 1)
        headers, body = taken["headers"], taken["body"].encode()

        event = json.loads(body)
        self.assertEqual((event["type"], event["data"]["task_id"]), ("video.completed", task))
        self.assertEqual(self.product.task(task)["status"], "COMPLETED", "it is told when it is so")
        is_genuine, secret = documented_check(), endpoint["signing_secret"]
        self.assertTrue(is_genuine(secret, headers, body))
        self.assertFalse(is_genuine(secret, headers, body.replace(b"completed", b"cancelled")))
        self.assertFalse(is_genuine("whsec_" + "A" * 44, headers, body))
        self.assertFalse(is_genuine(secret, headers | {"webhook-timestamp": "1"}, body))

    def test_a_relay_killed_in_mid_delivery_loses_none(self):
        _, name = self.endpoint("hang", "200")
        task = self.submit("killed", steps=2, pace=0)
        self.receiver.taken(name, 1)
        self.product.kill("progress-relay")

        taken = self.receiver.taken(name, 2, seconds=300)

        self.assertEqual({one["headers"]["webhook-id"] for one in taken}, {f"evt_{task}"})
        self.assertEqual(len({one["body"] for one in taken}), 1)


if __name__ == "__main__":
    unittest.main()
