"""The snippets of docs/api.md do what the page says."""

from __future__ import annotations

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from clients import VERSIONS, python

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
FENCE = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class DocumentationTest(unittest.TestCase):
    def setUp(self):
        self.snippets = [match.groups() for match in FENCE.finditer(PAGE.read_text())]
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def run_snippet(self, *command: str | Path, text: str):
        done = subprocess.run(command, cwd=self.directory, input=text, capture_output=True, text=True, timeout=240)
        self.assertEqual(done.returncode, 0, f"{text}\n{done.stdout}\n{done.stderr}"[-6000:])

    def test_the_commands(self):
        """In their order, in one shell: the later ones build on the earlier ones."""
        commands = [text for language, _, text in self.snippets if language == "sh"]
        self.assertGreater(len(commands), 5)
        self.run_snippet("bash", "-exuo", "pipefail", text="\n".join(commands))

    def test_the_programs(self):
        programs = [(client, text) for language, client, text in self.snippets if language == "python"]
        self.assertEqual({client for client, _ in programs}, set(VERSIONS))
        for client, text in programs:
            for version in VERSIONS[client]:
                with self.subTest(client=client, version=version):
                    self.run_snippet(python(client, version), "-", text=text)


if __name__ == "__main__":
    unittest.main()
