"""What the services log: JSON lines of known fields, which say of which task they speak, and hold nothing secret."""

import json
import os
import re
import secrets
import unittest
from pathlib import Path

from product import ProductTestCase, eventually

SERVICES = "api-gateway", "dispatcher", "progress-relay", "local-cluster"
KEYS = Path(__file__).resolve().parents[2] / "Sources/MaaSCore/Logging/LogKey.swift"
ALWAYS = {"time", "level", "service", "message"}


def known_fields() -> set[str]:
    """The one list: a case a field, by its own name or the one it is given."""
    cases = re.findall(r"^    case (\w+)(?: = \"(\w+)\")?$", KEYS.read_text(), re.MULTILINE)
    return {given or name for name, given in cases}


@unittest.skipUnless(os.environ.get("MAAS_LOG_FORMAT") == "json", "needs a product that was started with MAAS_LOG_FORMAT=json")
class ServiceLogsTest(ProductTestCase):
    def lines(self, service: str) -> list[str]:
        return (self.product.home / "log" / f"{service}.log").read_text().splitlines()

    def test_lines_are_json_of_known_fields_and_hold_no_secret(self):
        prompt = f"a secret garden {secrets.token_hex(8)}"
        task = self.submit(prompt, steps=3, pace=0.1)
        self.product.wait_for_state(task, "COMPLETED")
        ticket = self.product.ticket()["ticket"]
        fields = known_fields()
        self.assertIn("task_id", fields)
        speaking = set()
        for service in SERVICES:
            for line in self.lines(service):
                record = json.loads(line)
                self.assertLessEqual(ALWAYS, record.keys(), line)
                self.assertLessEqual(record.keys(), ALWAYS | fields, line)
                self.assertEqual(record["service"], service)
                # A message is constant: data stands in fields.
                self.assertNotRegex(record["message"], r"\d{3}|[0-9a-z]{26}", line)
                for secret in (prompt, self.product.key, ticket):
                    self.assertNotIn(secret, line)
                if record.get("task_id") == task:
                    speaking.add(service)
                    if os.environ.get("MAAS_TRACING_ENDPOINT"):
                        self.assertRegex(record["trace_id"], r"^[0-9a-f]{32}$", line)
        self.assertLessEqual({"api-gateway", "dispatcher"}, speaking)

        # What else of the installation writes a log: the backing services, and what the cluster keeps of pods.
        for path in [*(self.product.home / "log").iterdir(), *(self.product.home / "cluster" / "logs").rglob("*.log")]:
            try:
                text = path.read_text(errors="replace")
            except FileNotFoundError:
                # The cluster removes the oldest of pods that have gone; a service's log stays.
                self.assertIn("cluster", path.relative_to(self.product.home).parts)
                continue
            for secret in (self.product.key, ticket, *([] if task in str(path) else [prompt])):
                self.assertNotIn(secret, text, path)

    def test_a_cancellation_is_logged_and_the_prompt_is_not(self):
        word = secrets.token_hex(8)
        one, other = (self.submit(f"a secret garden {word}", steps=100) for _ in range(2))
        self.product.cancel(one)
        self.product.cancel(one)
        self.product.request("POST", f"/v1/tasks/cancel?q={word}")
        for task in one, other:
            line = eventually(
                f"the gateway logs that {task} was cancelled",
                lambda task=task: next((line for line in self.lines("api-gateway") if task in line and "cancel" in line), None),
            )
            record = json.loads(line)
            self.assertEqual((record["message"], record["task_id"]), ("cancellation requested", task))
            self.assertIn(record["state"], {"CANCELLED", "RUNNING"})
            self.assertNotIn(word, line)
            if os.environ.get("MAAS_TRACING_ENDPOINT"):
                self.assertRegex(record["trace_id"], r"^[0-9a-f]{32}$")
        # To ask again changes nothing, and is no news.
        self.assertEqual(sum(one in line and "cancellation requested" in line for line in self.lines("api-gateway")), 1)

    def test_clients_of_redis_and_servers_say_which_they_are(self):
        for service in "api-gateway", "dispatcher", "progress-relay":
            records = [json.loads(line) for line in self.lines(service)]
            for message in "redis connected", "listening":
                names = {record["name"] for record in records if record["message"] == message}
                with self.subTest(service=service, message=message):
                    # The dispatcher serves operators only.
                    self.assertEqual(len(names) > 1, (service, message) != ("dispatcher", "listening"), names)


if __name__ == "__main__":
    unittest.main()
