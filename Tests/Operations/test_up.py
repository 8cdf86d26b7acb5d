"""`make up` where it cannot start, with a build that only takes notes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from installation import ROOT

BUILD = """#!/bin/sh
mkdir -p "$MAAS_HOME" && : >"$MAAS_HOME/built"
exit 1
"""


class UpTests(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.home = Path(scratch.name, "home")
        self.scripts = Path(scratch.name, "scripts")
        shutil.copytree(ROOT / "scripts/lib", self.scripts / "lib")
        shutil.copy(ROOT / "scripts/up", self.scripts)
        for name, text in [("install", "#!/bin/sh\n"), ("build", BUILD)]:
            (self.scripts / name).write_text(text)
            (self.scripts / name).chmod(0o755)

    def up(self, port: int) -> str:
        environment = {name: value for name, value in os.environ.items() if name != "MAAS_SKIP_BUILD"}
        environment |= {"MAAS_HOME": str(self.home), "MAAS_PORT": str(port)}
        done = subprocess.run(
            [self.scripts / "up"], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(done.returncode, 1, done.stderr)
        return done.stderr

    def test_a_port_that_is_taken_is_found_before_the_build(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]
            self.assertRegex(self.up(taken), f"port {taken} is taken: set MAAS_PORT")
            # The last of the six; whichever of the others is taken is named before it.
            self.assertRegex(self.up(taken - 5), r"port \d+ is taken: set MAAS_PORT")
        self.assertFalse((self.home / "built").exists())
        self.up(0)
        self.assertTrue((self.home / "built").exists())


if __name__ == "__main__":
    unittest.main()
