"""`maasctl doctor` on the running product: nothing to mend, and each fault that it can find."""

import http.client
import os
import re
import subprocess
import threading
import unittest
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from product import ProductTestCase

ROOT = Path(__file__).resolve().parents[2]


class WithoutListing(BaseHTTPRequestHandler):
    """The object store as S3 is for a key that may not list the bucket: what is missing is forbidden."""

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        store = http.client.HTTPConnection(urllib.parse.urlsplit(os.environ["S3_ENDPOINT"]).netloc, timeout=60)
        # With the host that the request was signed for.
        store.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            store.putheader(name, value)
        store.endheaders(body)
        answer = store.getresponse()
        text = answer.read()
        self.send_response(403 if answer.status == 404 else answer.status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        store.close()

    do_DELETE = do_GET = do_HEAD = do_PUT = answer

    def log_message(self, *_):
        pass


class DoctorTest(ProductTestCase):
    def doctor(self, status: int = 0, **changes: str) -> str:
        """As the services see the world: with the settings that `make up` wrote for them."""
        home = os.environ["MAAS_HOME"]
        program = Path(os.environ["MAAS_BIN"]) / "maasctl"
        command = '. "$0/services.env"; while [ $# -gt 2 ]; do export "$1"; shift; done; exec "$1" doctor --config "$2"'
        words = [f"{name}={value}" for name, value in changes.items()]
        run = subprocess.run(
            ["bash", "-c", command, home, *words, program, ROOT / "services.yaml"], capture_output=True, text=True, timeout=120
        )
        self.assertEqual(run.returncode, status, run.stdout + run.stderr)
        return run.stdout

    def test_a_healthy_product_has_nothing_to_mend(self):
        report = self.doctor()
        self.assertNotIn("FAIL", report)
        for subject in ("configuration", "templates", "database", "dispatcher", "redis", "redis for pods", "object store",
                        "links", "kubernetes", "pytorchjobs", "api-gateway", "progress-relay"):
            self.assertRegex(report, rf"(?m)^ok +{subject} ")

    def test_each_fault_is_named_with_its_remedy(self):
        nobody = "127.0.0.1:9"
        for variable, value, subject, remedy in (
            ("DATABASE_URL", f"postgres://maas@{nobody}/maas", "database", "postgres.url"),
            ("REDIS_URL", f"redis://{nobody}", "redis", "redis.url"),
            ("MAAS_POD_REDIS_URL", f"redis://{nobody}", "redis for pods", "dispatcher.pod_redis_url"),
            ("S3_SECRET_KEY", "wrong", "object store", "object_store.access_key"),
            ("KUBECONFIG", "/no/such/file", "kubernetes", "kubernetes.kubeconfig"),
        ):
            with self.subTest(variable):
                report = self.doctor(status=1, **{variable: value})
                self.assertRegex(report, rf"(?m)^FAIL +{subject} .*\n +→ .*{re.escape(remedy)}")
        report = self.doctor(status=78, MAAS_EVENT_SECRET="short")
        self.assertRegex(report, r"(?m)^FAIL +configuration .*events\.secret.*32 characters")
        report = self.doctor(MAAS_GATEWAY_OPERATIONS=nobody)
        self.assertRegex(report, r"(?m)^warn +api-gateway .*\n +→ start it")

    def test_a_namespace_that_is_not_there_is_found(self):
        # Its lists are empty, and not refused.
        report = self.doctor(status=1, MAAS_NAMESPACE="nowhere")
        self.assertRegex(
            report, r'(?m)^FAIL +pytorchjobs +a job of demo would be refused: .*"nowhere" not found\n +→ make the namespace'
        )

    def test_a_quota_that_is_used_up_is_no_fault(self):
        self.addCleanup(self.cluster.faults)
        self.cluster.faults(requests=[{"effect": "exceeded_quota", "verb": "create", "resource": "pytorchjobs"}])
        self.assertRegex(self.doctor(), r"(?m)^warn +pytorchjobs +a job of demo .*exceeded quota.*\n +→ .*raise the quota")
        self.cluster.faults(requests=[{"effect": "forbidden", "verb": "create", "resource": "pytorchjobs"}])
        self.assertRegex(self.doctor(status=1), r"(?m)^FAIL +pytorchjobs .*\n +→ allow it to create pytorchjobs")

    def test_pods_that_add_events_to_another_database_are_found(self):
        address = urllib.parse.urlsplit(os.environ["REDIS_URL"])
        report = self.doctor(REDIS_URL=address._replace(path="/7").geturl())
        self.assertRegex(report, r"(?m)^warn +redis for pods +.*database 0.*database 7\n +→ .*pod_redis_url")

    def test_a_service_is_not_taken_for_another(self):
        # In a cluster all have the same address, each in its own pod.
        dispatcher = urllib.parse.urlsplit(os.environ["MAAS_METRICS"].split()[1]).netloc
        report = self.doctor(MAAS_GATEWAY_OPERATIONS=dispatcher, MAAS_RELAY_OPERATIONS=dispatcher)
        self.assertRegex(report, r"(?m)^ok +dispatcher +ready")
        for service in "api-gateway", "progress-relay":
            self.assertRegex(report, rf"(?m)^warn +{service} +another service")

    def test_a_key_that_may_not_list_the_bucket_is_found(self):
        server = ThreadingHTTPServer(("127.0.0.1", 0), WithoutListing)
        self.addCleanup(server.server_close)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        endpoint = f"http://127.0.0.1:{server.server_port}"
        report = self.doctor(status=1, S3_ENDPOINT=endpoint, S3_PUBLIC_ENDPOINT=endpoint)
        self.assertRegex(report, r"(?m)^FAIL +object store .*is not there: .*403\n +→ .*s3:ListBucket")
        # Whatever else the key has to be allowed, it is.
        self.assertRegex(report, r"(?m)^ok +links ")

    def test_a_user_of_pods_that_may_not_add_events_is_found(self):
        administrator = ["redis-cli", "-u", os.environ["REDIS_URL"], "--no-auth-warning"]
        subprocess.run([*administrator, "ACL", "SETUSER", "mute", "on", ">mute", "+ping"], check=True, capture_output=True)
        self.addCleanup(subprocess.run, [*administrator, "ACL", "DELUSER", "mute"], check=True, capture_output=True)
        address = urllib.parse.urlsplit(os.environ["REDIS_URL"])
        mute = f"redis://mute:mute@{address.hostname}:{address.port}"
        report = self.doctor(status=1, MAAS_POD_REDIS_URL=mute)
        self.assertRegex(
            report, r"(?m)^FAIL +redis for pods +its user is not allowed to add to maas:events:0\n +→ .*users\.acl"
        )


if __name__ == "__main__":
    unittest.main()
