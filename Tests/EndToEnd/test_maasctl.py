"""maasctl against the running product: what a user and an operator type, and what they see."""

import http.client
import json
import os
import re
import secrets
import subprocess
import tempfile
import threading
import unittest
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from product import ProductTestCase, eventually, make_key

ROOT = Path(__file__).resolve().parents[2]
TASK = re.compile(r"[0-9a-z]{26}")


class MaasctlTest(ProductTestCase):
    def maasctl(self, *words: str, status: int = 0, **environment: str) -> str:
        program = Path(os.environ["MAAS_BIN"]) / "maasctl"
        run = subprocess.run(
            [program, *words], capture_output=True, text=True, timeout=120, env={**os.environ, **environment}, cwd=ROOT
        )
        self.assertEqual(run.returncode, status, run.stdout + run.stderr)
        return run.stdout if status == 0 else run.stdout + run.stderr

    def test_a_task_is_submitted_watched_and_its_video_saved(self):
        with tempfile.TemporaryDirectory() as directory:
            video = Path(directory) / "video.mp4"
            output = self.maasctl(
                "submit", "demo", "prompt=a lake", "size=832x480", "frames=17", "steps=5", "pace=1",
                "--output", str(video),
            )
            lines = output.splitlines()
            self.assertRegex(lines[0], TASK)
            self.assertTrue(any(line.startswith("█") or line.startswith("░") for line in lines), output)
            self.assertIn("COMPLETED  832×480", lines[-2])
            self.assertEqual(lines[-1], str(video))
            self.assertEqual(video.read_bytes()[4:8], b"ftyp")
        task = lines[0]
        self.assertIn(task, self.maasctl("list", "--status", "COMPLETED"))
        self.assertEqual(json.loads(self.maasctl("show", task))["status"], "COMPLETED")
        self.assertIn("progress: ", self.maasctl("logs", task))
        self.maasctl("delete", task)
        self.assertIn("there is no such task", self.maasctl("show", task, status=1))

    def test_a_task_is_cancelled_and_who_watches_is_told(self):
        task = self.maasctl(
            "submit", "demo", "prompt=rain", "steps=40", "pace=0.5", "--no-watch", "--priority", "high"
        ).strip()
        self.submitted.append(task)
        program = Path(os.environ["MAAS_BIN"]) / "maasctl"
        watcher = subprocess.Popen([program, "watch", task], stdout=subprocess.PIPE, text=True)
        # Not before: what is starting may ignore the signal, and end within its grace.
        eventually("its generator runs", lambda: self.product.task(task)["stage"] == "denoising")
        self.assertEqual(
            self.maasctl("cancel", task), f"{task} is running; it will be cancelled unless it completes first\n"
        )
        output, _ = watcher.communicate(timeout=120)
        self.assertEqual(watcher.returncode, 1)
        self.assertTrue(output.splitlines()[-1].startswith("CANCELLED"), output)
        self.assertEqual(self.maasctl("cancel", task), f"{task} cancelled\n")

    def test_what_is_wrong_is_said_with_what_would_be_right(self):
        self.assertIn("there is no template deom; there is demo", self.maasctl("submit", "deom", status=1))
        refusal = self.maasctl("submit", "demo", "prompt=x", "frames=50", "--no-watch", status=1)
        self.assertIn("parameters.frames", refusal)
        self.assertIn("49 or 53", refusal)
        self.assertIn("MAAS_API_KEY is not set", self.maasctl("list", status=78, MAAS_API_KEY=""))
        self.assertIn("cannot be reached", self.maasctl("list", status=1, MAAS_URL="http://127.0.0.1:9"))
        self.assertIn("usage: maasctl", self.maasctl("sing", status=64))


class OperatorTest(ProductTestCase):
    maasctl = MaasctlTest.maasctl

    def key(self, scopes: str, user: str = "e2e") -> str:
        return make_key(user, "--name", "e2e", "--scopes", scopes)

    def test_the_queue_is_seen_and_a_node_is_drained(self):
        key = self.key("admin,read")
        self.assertIn("GPUs are used", self.maasctl("queue", MAAS_API_KEY=key))
        self.assertEqual(self.maasctl("pause", "user", "nobody-e2e", "--reason", "a test", MAAS_API_KEY=key),
                         "user nobody-e2e paused\n")
        self.addCleanup(lambda: self.maasctl("resume", "node", "no-such-node", MAAS_API_KEY=key))
        self.maasctl("drain", "no-such-node", MAAS_API_KEY=key)
        listing = self.maasctl("pause", MAAS_API_KEY=key)
        self.assertRegex(listing, r"(?m)^node +no-such-node")
        self.assertRegex(listing, r"(?m)^user +nobody-e2e +a test")
        self.maasctl("resume", "user", "nobody-e2e", MAAS_API_KEY=key)
        self.assertNotIn("nobody-e2e", self.maasctl("pause", MAAS_API_KEY=key))
        self.assertIn("pause.add", self.maasctl("audit", MAAS_API_KEY=key))
        # A user's key may not.
        self.assertIn("admin", self.maasctl("queue", status=1, MAAS_API_KEY=self.key("submit,read")))

    def test_a_list_goes_on_where_one_answer_ends(self):
        # One answer has searched 20,000 tasks: what is older, the next one finds.
        user = f"e2e-{secrets.token_hex(6)}"
        key = self.key("read", user)
        self.addCleanup(self.sql, f"DELETE FROM tasks WHERE user_id = '{user}'")
        self.sql(
            "INSERT INTO tasks (id, user_id, template, parameters, priority, state, created_at, queued_at, updated_at,"
            f" ended_at) SELECT '0' || '{user[4:]}' || lpad(n::text, 13, '0'), '{user}', 'demo', '{{}}', 1,"
            " CASE WHEN n IN (5, 20030) THEN 'FAILED' ELSE 'COMPLETED' END, now(), now(), now(), now()"
            " FROM generate_series(1, 20050) n"
        )
        listed = TASK.findall(self.maasctl("list", "--status", "FAILED", MAAS_API_KEY=key))
        self.assertEqual([task[-5:] for task in listed], ["20030", "00005"])
        listed = TASK.findall(self.maasctl("list", "--status", "FAILED", "--limit", "1", MAAS_API_KEY=key))
        self.assertEqual([task[-5:] for task in listed], ["20030"])
        self.assertEqual(self.maasctl("list", "--status", "CANCELLED", MAAS_API_KEY=key), "")

    def sql(self, statement: str) -> None:
        words = ["psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", statement, os.environ["DATABASE_URL"]]
        subprocess.run(words, check=True, capture_output=True, text=True)

    def test_a_users_keys_are_made_and_revoked(self):
        key = self.maasctl("keys", "create", "--name", "e2e").strip()
        self.assertTrue(key.startswith("maas_"), key)
        keys = json.loads(self.maasctl("keys", "--json", MAAS_API_KEY=key))["data"]
        current = next(one for one in keys if one["is_current"])
        self.maasctl("keys", "revoke", current["id"])
        self.assertTrue(self.maasctl("list", status=1, MAAS_API_KEY=key))


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
