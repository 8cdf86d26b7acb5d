"""Every service tells its metrics, at an address that is not the users', in a form Prometheus' own checker likes."""

import os
import re
import shutil
import subprocess
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from product import ProductTestCase, TERMINAL

PROMTOOL = os.environ.get("MAAS_PROMTOOL") or shutil.which("promtool")

#: One line of the text format: name, labels, value.
SAMPLE = re.compile(r'([a-z_][a-z0-9_]*)(?:\{(.*)\})? (\S+)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')

#: In the order of MAAS_METRICS.
SERVICES = "api-gateway", "dispatcher", "progress-relay"
PAGE = Path(__file__).resolve().parents[2] / "docs/metrics.md"


def answers() -> list[tuple[str, str, str]]:
    """What operators ask by the page, the service that answers, and the metric by which it does."""
    rows = re.findall(r"^\| (.*) \| (.*) \| (`maas_.*`) \|$", PAGE.read_text(), re.MULTILINE)
    return [
        (question, service, metric)
        for question, services, metrics in rows
        for service in services.split(", ")
        for metric in re.findall(r"`(\w+)`", metrics)
    ]


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=15) as response:
        return response.read().decode()


def samples(text: str) -> dict[tuple[str, frozenset], float]:
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, labels, value = SAMPLE.fullmatch(line).groups()
            found[name, frozenset(LABEL.findall(labels or ""))] = float(value)
    return found


class MetricsTest(ProductTestCase):
    def setUp(self):
        super().setUp()
        self.addresses = os.environ["MAAS_METRICS"].split()

    def gateway(self) -> dict:
        return samples(read(self.addresses[0]))

    @unittest.skipUnless(PROMTOOL, "needs promtool: make test")
    def test_the_checker_has_nothing_to_say(self):
        self.assertEqual(len(self.addresses), 3)
        for address in self.addresses:
            check = subprocess.run([PROMTOOL, "check", "metrics"], input=read(address), text=True, capture_output=True)
            self.assertEqual((check.returncode, check.stdout + check.stderr), (0, ""), address)

    def test_each_service_names_itself_and_tells_of_its_process(self):
        services = set()
        for address in self.addresses:
            found = samples(read(address))
            services |= {dict(labels)["service"] for name, labels in found if name == "maas_build_info"}
            for name in "process_resident_memory_bytes", "process_open_fds", "maas_loop_lag_seconds_count":
                self.assertGreater(found[name, frozenset()], 0, f"{name} at {address}")
        self.assertEqual(services, set(SERVICES))

    def test_operators_are_shown_what_they_ask_for(self):
        shown = dict(zip(SERVICES, map(read, self.addresses), strict=True))
        self.assertEqual({service for _, service, _ in answers()}, set(SERVICES))
        self.assertGreater(len(answers()), 30)
        for question, service, metric in answers():
            with self.subTest(question=question, service=service, metric=metric):
                self.assertIn(f"\n# TYPE {metric} ", shown[service])
        clients = {
            service: {dict(labels)["client"] for name, labels in samples(text) if name == "maas_redis_connected"}
            for service, text in shown.items()
        }
        self.assertEqual(
            clients,
            {
                "api-gateway": {"requests", "revocations"},
                "dispatcher": {"requests", "bells"},
                "progress-relay": {"requests", "followers", "writer", "revocations"},
            },
        )
        states = {dict(labels)["state"] for name, labels in samples(shown["dispatcher"]) if name == "maas_gpus"}
        self.assertEqual(states, {"capacity", "promised", "kept"})

    def test_requests_are_counted_by_route_and_no_label_holds_an_id(self):
        key = "maas_http_requests_total", frozenset({("method", "GET"), ("route", "/v1/tasks/{id}"), ("status", "200")})
        before = self.gateway().get(key, 0)
        task = self.submit("lake at dawn")
        self.product.wait_for_state(task, *TERMINAL)
        self.assertGreater(self.gateway()[key], before)
        for address in self.addresses:
            self.assertNotIn(task, read(address))

    def test_users_do_not_reach_them(self):
        with self.assertRaises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(self.product.url + "/metrics", timeout=15)
        self.assertEqual(refusal.exception.code, 404)
