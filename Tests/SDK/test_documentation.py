"""The snippets of docs/api.md do what the page says."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from clients import VERSIONS, python

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "api.md"
PROGRAM = re.compile(r"^```python (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

sys.path.insert(0, str(ROOT / "Tests" / "Support"))

from documents import commands  # noqa: E402


class DocumentationTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def run_snippet(self, *command: str | Path, text: str):
        done = subprocess.run(command, cwd=self.directory, input=text, capture_output=True, text=True, timeout=600)
        self.assertEqual(done.returncode, 0, f"{text}\n{done.stdout}\n{done.stderr}"[-6000:])

    def test_the_commands(self):
        """In their order, in one shell: the later ones build on the earlier ones."""
        self.run_snippet("bash", "-exuo", "pipefail", text="\n".join(commands("docs/api.md")))

    def test_the_programs(self):
        programs = PROGRAM.findall(PAGE.read_text())
        self.assertEqual({client for client, _ in programs}, set(VERSIONS))
        for client, text in programs:
            for version in VERSIONS[client]:
                with self.subTest(client=client, version=version):
                    self.run_snippet(python(client, version), "-", text=text)


if __name__ == "__main__":
    unittest.main()
