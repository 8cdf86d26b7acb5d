"""`make run` in a terminal, with a product that only takes notes."""

from __future__ import annotations

import os
import pty
import shutil
import tempfile
import unittest
from pathlib import Path

from installation import ROOT, eventually

UP = """#!/bin/bash
mkdir -p "$MAAS_HOME/log" && cd "$MAAS_HOME" && touch dev.env log/{local-cluster,dispatcher,progress-relay,api-gateway}.log
"""
DOWN = """#!/bin/sh
: >"$MAAS_HOME/down.began"
until [ -e "$MAAS_HOME/down.may-end" ]; do sleep 0.05; done
: >"$MAAS_HOME/down.ended"
"""


class RunTests(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.home = Path(scratch.name, "home")
        scripts = Path(scratch.name, "scripts")
        shutil.copytree(ROOT / "scripts/lib", scripts / "lib")
        shutil.copy(ROOT / "scripts/run", scripts)
        for name, text in [("up", UP), ("down", DOWN)]:
            (scripts / name).write_text(text)
            (scripts / name).chmod(0o755)
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execve(scripts / "run", ["run"], {**os.environ, "MAAS_HOME": str(self.home)})
        self.addCleanup(self.close)
        said = b""
        while b"logs follow" not in said:
            said += os.read(self.terminal, 1000)

    def close(self):
        if self.terminal is not None:
            os.close(self.terminal)
        self.terminal = None

    def interrupt(self):
        os.write(self.terminal, b"\x03")

    def note(self, name: str):
        eventually(f"{name} is there", (self.home / name).exists, 30)

    def let_it_end(self) -> int:
        (self.home / "down.may-end").touch()
        self.note("down.ended")
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])

    def test_everything_stops_when_the_terminal_is_closed(self):
        self.close()
        self.note("down.began")
        self.assertEqual(self.let_it_end(), 129)

    def test_once_it_stops_neither_ctrl_c_nor_a_closed_terminal_cuts_it_short(self):
        self.interrupt()
        self.note("down.began")
        self.interrupt()
        self.close()
        self.assertEqual(self.let_it_end(), 130)


if __name__ == "__main__":
    unittest.main()
