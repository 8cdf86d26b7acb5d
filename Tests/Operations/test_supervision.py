"""What keeps the services of local mode running, and stops them, when something goes wrong with it."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from installation import ROOT, eventually

LIBRARIES = "scripts=$PWD/scripts; for name in messages services; do . scripts/lib/$name.sh; done; "

#: Says that it has begun, in a file that is named by its process, and waits for a signal.
SERVICE = ": >$0/began.$BASHPID; exec sleep infinity"


class SupervisionTests(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.home = Path(scratch.name)
        self.run_folder = self.home / "run"
        self.run_folder.mkdir()
        self.addCleanup(self.stop)

    def shell(self, command: str) -> str:
        """Of its own session, as a terminal has one; returns what it said."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", LIBRARIES + command, str(self.home)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout + done.stderr

    def start(self, service: str = SERVICE):
        self.shell(f"start_service $0 one -- bash -c '{service}' $0")

    def stop(self) -> str:
        return self.shell("stop_service $0 one")

    def process(self, kind: str = "pid") -> int:
        """What a file says, as soon as it says something."""

        def said() -> str:
            try:
                return (self.run_folder / f"one.{kind}").read_text().strip()
            except (FileNotFoundError, IsADirectoryError):
                return ""

        return int(eventually(f"one.{kind} says something", said, 30))

    def begun(self) -> set[int]:
        return {int(path.suffix[1:]) for path in self.home.glob("began.*")}

    def is_supervised(self) -> bool:
        with (self.run_folder / "one.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def assert_gone(self, process: int):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        self.assertEqual(state, "Z", "it runs")

    def test_what_a_killed_supervisor_leaves_ends_before_a_second_one_starts(self):
        self.start()
        orphan = self.process()
        eventually("the service runs", lambda: self.begun() == {orphan}, 30)
        os.kill(self.process("supervisor"), signal.SIGKILL)
        eventually("its supervisor is gone", lambda: not self.is_supervised(), 30)
        self.start()
        eventually("the second one runs", lambda: len(self.begun()) == 2, 30)
        self.assert_gone(orphan)
        second = self.process()
        self.stop()
        self.assert_gone(second)

    def test_one_that_nobody_starts_again_is_stopped(self):
        self.start()
        orphan = self.process()
        eventually("the service runs", lambda: self.begun() == {orphan}, 30)
        os.kill(self.process("supervisor"), signal.SIGKILL)
        eventually("its supervisor is gone", lambda: not self.is_supervised(), 30)
        self.assertIn("has no supervisor", self.stop())
        self.assert_gone(orphan)

    def test_nothing_runs_whose_pid_cannot_be_written(self):
        # Not even root can write this.
        (self.run_folder / "one.pid").mkdir()
        self.start()
        eventually("it is tried again", lambda: "again in 0.4 s" in (self.home / "log/one.log").read_text(), 30)
        (self.run_folder / "one.pid").rmdir()
        process = self.process()
        eventually("the service runs", lambda: process in self.begun(), 30)
        self.assertEqual(self.begun(), {process})

    def test_one_that_ends_at_once_is_started_again_also_when_the_log_is_full(self):
        (self.home / "log").mkdir()
        (self.home / "log/one.log").symlink_to("/dev/full")
        self.start(": >$0/began.$BASHPID")
        # Its third end shows that it survived the first one and the message about it.
        eventually("it was started three times", lambda: len(self.begun()) == 3, 30)

    def test_a_service_that_is_stopped_while_it_starts_stays_stopped(self):
        for _ in range(5):
            starts = subprocess.Popen(
                ["bash", "-c", LIBRARIES + f"start_service $0 one -- bash -c '{SERVICE}' $0", str(self.home)], cwd=ROOT
            )
            eventually("the lock is held", lambda: (self.run_folder / "one.lock").exists() and self.is_supervised(), 30)
            self.stop()
            starts.wait()
            self.stop()
            self.assertFalse(self.is_supervised())
            for process in self.begun():
                self.assert_gone(process)

    def test_a_supervisor_that_is_not_known_yet_is_stopped_once_it_is(self):
        # What holds the lock says later who it is, as between `flock` and `supervise`.
        program = (
            "import fcntl, os, pathlib, sys; lock = open(sys.argv[1] + \"/one.lock\", \"w\"); fcntl.flock(lock, 2);"
            "print(flush=True); input();"
            "pathlib.Path(sys.argv[1], \"one.supervisor\").write_text(str(os.getpid())); input()"
        )
        with subprocess.Popen(
            [sys.executable, "-c", program, self.run_folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as starting:
            self.addCleanup(starting.kill)
            starting.stdout.readline()
            stopping = subprocess.Popen(
                ["bash", "-euc", LIBRARIES + "touch $0/asked; stop_service $0 one", str(self.home)], cwd=ROOT
            )
            self.addCleanup(stopping.kill)
            eventually("it is asked to stop", lambda: (self.home / "asked").exists(), 30)
            # Most likely it has read the file by now; if not, this test is only easier.
            time.sleep(0.2)
            starting.stdin.write(b"\n")
            starting.stdin.flush()
            self.assertEqual(stopping.wait(25), 0)
            self.assertEqual(starting.wait(10), -signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
