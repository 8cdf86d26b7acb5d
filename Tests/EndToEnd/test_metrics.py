"""Every service tells its metrics, at an address that is not the users', in a form Prometheus' own checker likes."""

import os
import re
import shutil
import subprocess
import unittest
import urllib.error
import urllib.request

from product import ProductTestCase, TERMINAL

PROMTOOL = os.environ.get("MAAS_PROMTOOL") or shutil.which("promtool")

#: One line of the text format: name, labels, value.
SAMPLE = re.compile(r'([a-z_][a-z0-9_]*)(?:\{(.*)\})? (\S+)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')

GATEWAY, DISPATCHER, RELAY = range(3)

#: What operators ask, and the metrics by which a service answers.
SHOWN = [
    ("rate, errors and duration of each route", GATEWAY, "maas_http_requests_total maas_http_request_duration_seconds"),
    ("and how submissions fare", GATEWAY, "maas_submissions_total maas_submission_duration_seconds"),
    ("how many wait, and how long, by class", DISPATCHER, "maas_queue_tasks maas_queue_oldest_age_seconds"),
    ("why they wait", DISPATCHER, "maas_queue_reasons"),
    ("from enqueued to running", DISPATCHER, "maas_queue_wait_seconds maas_eta_error_seconds"),
    ("GPUs: all, promised, kept for the next one", DISPATCHER, "maas_gpus"),
    ("from a free slot to a job", DISPATCHER, "maas_job_creation_seconds"),
    ("retries and their reasons", DISPATCHER, "maas_attempts_ended_total"),
    ("how late and how whole watches are", DISPATCHER, "maas_cluster_watch_lag_seconds maas_cluster_lists_total"),
    ("and since when they say nothing", DISPATCHER, "maas_cluster_watch_silence_seconds"),
    ("what Kubernetes answers", DISPATCHER, "maas_kubernetes_requests_total"),
    ("who leads", DISPATCHER, "maas_dispatcher_leader maas_dispatcher_epoch"),
    ("how late events are", RELAY, "maas_relay_stream_lag_seconds"),
    ("sockets, and why they are closed", RELAY, "maas_relay_connections maas_http_connections maas_relay_closes_total"),
    ("how tasks end, as pods say it", RELAY, "maas_attempts_ended_total"),
    ("what slow clients are spared", RELAY, "maas_relay_coalesced_total"),
    *[
        ("loop, pools, process and build", service, "maas_loop_lag_seconds maas_postgres_connections maas_build_info")
        for service in (GATEWAY, DISPATCHER, RELAY)
    ],
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

    @unittest.skipUnless(PROMTOOL, "needs promtool: scripts/install")
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
        self.assertEqual(services, {"api-gateway", "dispatcher", "progress-relay"})

    def test_operators_are_shown_what_they_ask_for(self):
        shown = [read(address) for address in self.addresses]
        for question, service, names in SHOWN:
            for name in names.split():
                with self.subTest(question=question, name=name):
                    self.assertIn(f"\n# TYPE {name} ", shown[service])
        states = {dict(labels)["state"] for name, labels in samples(shown[DISPATCHER]) if name == "maas_gpus"}
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
