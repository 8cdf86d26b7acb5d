"""PostgreSQL, Redis and S3 of local mode find their data again, whatever has become of the files beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from installation import ROOT, eventually


class BackingServicesTests(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.home = Path(scratch.name)
        self.addCleanup(self.backing_services, "down")

    def backing_services(self, verb: str):
        done = subprocess.run(
            [ROOT / "scripts/backing-services", verb, self.home], capture_output=True, text=True, timeout=300, check=False
        )
        self.assertEqual(done.returncode, 0, done.stderr)

    def query(self, statement: str) -> str:
        command = '. "$0/env"; psql --no-psqlrc --quiet --no-align --tuples-only --command "$1" "$DATABASE_URL"'
        done = subprocess.run(
            ["bash", "-c", command, self.home, statement], capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def test_the_data_is_found_without_the_settings(self):
        self.backing_services("up")
        self.query("CREATE TABLE kept AS SELECT 42 AS answer")
        for is_running in True, False:
            with self.subTest(is_running=is_running):
                if not is_running:
                    self.backing_services("down")
                (self.home / "backing.settings").write_text("")
                self.backing_services("up")
                self.assertEqual(self.query("SELECT answer FROM kept"), "42")

    def test_a_database_that_was_being_made_when_all_was_killed_is_made_anew(self):
        starting = subprocess.Popen(
            [ROOT / "scripts/backing-services", "up", self.home],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.addCleanup(starting.wait)
        self.addCleanup(starting.kill)
        eventually("initdb has begun", lambda: any(self.home.glob("postgres*/PG_VERSION")), 60)
        os.killpg(starting.pid, signal.SIGKILL)
        starting.wait()
        self.backing_services("up")
        self.assertEqual(self.query("SELECT 42"), "42")


if __name__ == "__main__":
    unittest.main()
