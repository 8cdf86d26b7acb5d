"""Containers of one pod that run as different users share the attempt: its state, its progress pipe, its end."""

import os
import shutil
import subprocess
import unittest

import pod
from worker import WorkerTestCase

FETCH = ["--reuid=65532", "--regid=65532", "--clear-groups"]
MAIN = {
    "another user": ["--reuid=1000", "--regid=1000", "--clear-groups"],
    "root that may not do everything": ["--bounding-set=-all"],
}


@unittest.skipIf(pod.MISSING, f"needs {pod.MISSING}")
@unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "needs root and setpriv")
class UsersTests(WorkerTestCase):
    def setUp(self):
        super().setUp()
        # As an emptyDir.
        self.directory.chmod(0o777)
        self.reporter = self.directory / "reporter"
        shutil.copy(pod.REPORTER, self.reporter)

    def run_as(self, user: list[str], node: pod.Node, *arguments: str) -> int:
        command = ["setpriv", *user, "sh", "-c", 'umask 077; exec "$0" "$@"', str(self.reporter), *arguments]
        done = subprocess.run(command, env=node.environment, cwd="/", capture_output=True, text=True, check=False)
        self.errors = done.stderr
        return done.returncode

    def test_the_first_reason_stands(self):
        for name, main in MAIN.items():
            with self.subTest(name):
                attempt = pod.Attempt()
                node = pod.Node(attempt, self.directory / name.replace(" ", "-"), self.directory)
                node.directory.chmod(0o777)
                node.termination_log.chmod(0o666)
                fails = 'echo "RuntimeError: CUDA error: an illegal memory access" >&2; exit 1'
                self.assertEqual(self.run_as(FETCH, node, "run", "--", "sh", "-c", fails), 1)
                self.assertIn("CUDA_ERROR", self.errors)
                status = self.run_as(main, node, "run", "--", "sh", "-c", 'test -p "$REPORTER_PROGRESS"')
                self.assertEqual(status, 0, self.errors)
                failed = ["fail", "--code", "GENERATOR_FAILED", "--message", "m", "--exit-code", "1"]
                self.assertEqual(self.run_as(main, node, *failed), 0, self.errors)
                ends = [event.get("code") for event in attempt.events() if event["type"] == "failed"]
                self.assertEqual(ends, ["CUDA_ERROR"])
                self.assertEqual(node.report()["code"], "CUDA_ERROR")


if __name__ == "__main__":
    unittest.main()
