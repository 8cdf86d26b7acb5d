"""maasctl against the running product: what a user and an operator type, and what they see."""

import fcntl
import json
import os
import pty
import re
import secrets
import signal
import struct
import subprocess
import tempfile
import termios
import threading
import unittest
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


class Scripted(BaseHTTPRequestHandler):
    """A service whose answers a test has written: by method and path, one after the other, the last one for ever."""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(f"{self.command} {self.path}")
        answers = self.server.answers.get(self.server.asked[-1], [(404, {"message": "there is no such thing"})])
        status, document = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(document):
            self.send_response(status)
            self.end_headers()
            document(self.wfile)
            self.close_connection = True
            return
        text = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_DELETE = do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class ScriptedTest(unittest.TestCase):
    """What a real service does seldom, and not on request."""

    TASK = "GET /v1/tasks/t"
    TICKET = "POST /v1/events/tickets"
    AWAY = (503, {"message": "the service is restarting"})
    RUNNING = (200, {"status": "RUNNING", "stage": "denoising", "percent": 50, "step": 5, "total": 10})

    def serve(self):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
        server.daemon_threads, server.asked, server.answers = True, [], {}
        self.addCleanup(server.server_close)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        return server

    def command(self, server, *words):
        environment = {**os.environ, "MAAS_URL": f"http://127.0.0.1:{server.server_port}", "MAAS_API_KEY": "maas_x"}
        return {"args": [Path(os.environ["MAAS_BIN"]) / "maasctl", *words], "env": environment}

    def run_it(self, server, *words):
        command = self.command(server, *words)
        return subprocess.run(**command, capture_output=True, text=True, timeout=120)

    def test_watching_outlasts_an_outage(self):
        server = self.serve()
        # More than one request is repeated by itself.
        server.answers = {
            self.TICKET: [self.AWAY], self.TASK: [self.RUNNING] + 6 * [self.AWAY] + [(200, {"status": "COMPLETED"})],
        }
        run = self.run_it(server, "watch", "t")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stdout.splitlines()[-1], "COMPLETED")
        # Once, not with each try.
        self.assertEqual(run.stderr, "maasctl: the service is restarting; trying on\n")

    def test_an_end_that_is_not_known_is_no_failure(self):
        server = self.serve()
        server.answers = {self.TICKET: [(401, {"message": "this key was revoked"})], self.TASK: [self.RUNNING]}
        run = self.run_it(server, "watch", "t")
        self.assertEqual(run.returncode, 75)
        self.assertEqual(
            run.stderr, "maasctl: this key was revoked; how the task ends is not known\n"
        )
        server.answers[self.TASK] = [(200, {"status": "FAILED", "error": {"code": "OOM", "message": "no memory"}})]
        self.assertEqual(self.run_it(server, "watch", "t").returncode, 1)
        self.assertEqual(self.run_it(server, "watch", "other").returncode, 1)

    def test_a_video_is_fetched_again_by_a_new_link_when_the_store_was_away(self):
        server = self.serve()
        address = f"http://127.0.0.1:{server.server_port}"
        links = [(200, {"url": f"{address}/{name}"}) for name in ("first", "second")]
        server.answers = {
            self.TASK: [(200, {"status": "COMPLETED"})], "GET /v1/tasks/t/content": links,
            "GET /first": [self.AWAY], "GET /second": [(200, {"a": "video"})],
        }
        with tempfile.TemporaryDirectory() as directory:
            video = Path(directory, "video.mp4")
            run = self.run_it(server, "watch", "t", "--output", video)
            self.assertEqual((run.returncode, run.stdout), (0, f"COMPLETED\n{video}\n"), run.stderr)
            self.assertEqual(json.loads(video.read_text()), {"a": "video"})
            server.answers["GET /second"] = [self.AWAY]
            run = self.run_it(server, "watch", "t", "--output", video)
            self.assertEqual(run.returncode, 75)
            self.assertEqual(run.stderr, f"maasctl: the video was not saved to {video}: the store answered 503\n")
            server.answers["GET /second"] = [(403, {})]
            self.assertEqual(self.run_it(server, "watch", "t", "--output", video).returncode, 1)

    def test_nothing_is_submitted_whose_video_cannot_be_saved(self):
        server = self.serve()
        for words in ("submit", "demo", "prompt=x"), ("watch", "t"):
            for output, problem in ("/no/such/folder/video.mp4", "cannot be written: No such file"), ("/tmp", "is a folder"):
                run = self.run_it(server, *words, "--output", output)
                self.assertEqual(run.returncode, 1)
                self.assertIn(f"{output} {problem}", run.stderr)
        self.assertEqual(server.asked, [])

    def test_output_that_nobody_reads_ends_it(self):
        def for_ever(stream):
            try:
                while True:
                    stream.write(b"a line\n" * 1000)
            except OSError:
                pass

        server = self.serve()
        server.answers = {"GET /v1/tasks/t/logs?follow=true": [(200, for_ever)]}
        logs = subprocess.Popen(**self.command(server, "logs", "t", "--follow"), stdout=subprocess.PIPE)
        self.assertEqual(logs.stdout.readline(), b"a line\n")
        logs.stdout.close()
        self.assertEqual(logs.wait(timeout=60), -signal.SIGPIPE)

    def test_output_that_finds_no_room_is_an_error(self):
        server = self.serve()
        server.answers = {"GET /v1/tasks/t": [self.RUNNING]}
        with open("/dev/full", "wb") as full:
            for words in ("show", "t"), ("--help",):
                command = self.command(server, *words)
                run = subprocess.run(**command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
                self.assertEqual(run.returncode, 1)
                self.assertIn("No space left on device", run.stderr)

    def test_the_bar_is_as_wide_as_the_terminal_and_the_error_is_whole(self):
        message = "a long explanation " * 6
        failed = (200, {"status": "FAILED", "error": {"code": "OOM", "message": message}})
        server = self.serve()
        server.answers = {self.TICKET: [self.AWAY], self.TASK: [self.RUNNING, failed]}
        terminal, other = pty.openpty()
        self.addCleanup(os.close, terminal)
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
        run = subprocess.run(**self.command(server, "watch", "t"), stdout=other, stderr=subprocess.PIPE, timeout=60)
        os.close(other)
        self.assertEqual(run.returncode, 1, run.stderr)
        lines = os.read(terminal, 65536).decode().replace("\x1b[K", "").replace("\n", "\r").split("\r")
        lines = [line for line in lines if line]
        self.assertEqual([len(line) for line in lines[:-1]], [39], lines)
        self.assertEqual(lines[-1], f"FAILED  OOM: {message}")

    def test_of_several_tasks_each_is_cancelled(self):
        server = self.serve()
        server.answers = {"POST /v1/tasks/good/cancel": [(200, {"status": "CANCELLED"})]}
        run = self.run_it(server, "cancel", "bad", "good", "worse")
        self.assertEqual((run.returncode, run.stdout), (1, "good cancelled\n"))
        self.assertEqual(
            run.stderr, "maasctl: bad: there is no such thing\nmaasctl: worse: there is no such thing\n"
        )

    def test_a_deletion_whose_answer_was_lost_has_succeeded(self):
        gone = 404, {"code": "not_found", "message": "there is no such task"}
        server = self.serve()
        server.answers = {"DELETE /v1/tasks/t": [self.AWAY, gone]}
        run = self.run_it(server, "delete", "t")
        self.assertEqual((run.returncode, run.stdout), (0, "t deleted\n"), run.stderr)
        # At once, it is a wrong id.
        self.assertEqual(self.run_it(server, "delete", "t").returncode, 1)
        server.answers = {"DELETE /v1/tasks/t": [self.AWAY, (404, {"message": "no route"})]}
        self.assertEqual(self.run_it(server, "delete", "t").returncode, 1, "a proxy does not know")

    def test_all_users_are_listed_and_of_the_audit_log_is_said_that_there_is_more(self):
        def page(*ids, more):
            return 200, {"data": [{"id": one} for one in ids], "has_more": more, "last_id": ids[-1]}

        server = self.serve()
        server.answers = {
            "GET /v1/admin/users?limit=500": [page("ada", more=True)],
            "GET /v1/admin/users?limit=500&after=ada": [page("bob", more=False)],
            "GET /v1/admin/users?limit=1": [page("ada", more=True)],
            "GET /v1/admin/audit?limit=100": [page(*map(str, range(100)), more=True)],
        }
        run = self.run_it(server, "users")
        self.assertRegex(run.stdout, r"(?ms)^ada.*^bob")
        self.assertEqual(run.stderr, "")
        self.assertEqual(self.run_it(server, "users", "--limit", "1").stderr, "")
        self.assertEqual(self.run_it(server, "audit").stderr, "these are the first 100; --limit N shows more\n")


if __name__ == "__main__":
    unittest.main()
