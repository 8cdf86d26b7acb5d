"""The official clients, in the versions that users have: each in an environment of its own, made once."""

from __future__ import annotations

import os
import subprocess
import sys
import unittest
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = Path(os.environ.get("MAAS_CLIENTS") or HERE.parents[1] / ".maas" / "clients")

# The oldest one that knows videos, and a new one: they differ in what they put on the wire.
VERSIONS = {"openai": ["2.2.0", "3.54.0"], "dashscope": ["1.24.6", "2.0.2"]}


def python(client: str, version: str) -> Path:
    """The interpreter of an environment with that client."""
    home = ENVIRONMENTS / f"{client}-{version}"
    if not (home / ".complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        subprocess.run([home / "bin" / "pip", "install", "--quiet", f"{client}=={version}"], check=True)
        (home / ".complete").touch()
    return home / "bin" / "python"


class ClientTest(unittest.TestCase):
    """Runs a program of this folder by each version of a client; what it prints on failure is the failure."""

    client: str
    limit = 1300

    def setUp(self):
        # Of a program that failed halfway: nobody else's task waits for what it has left.
        self.addCleanup(self.cancel_everything)

    def cancel_everything(self) -> None:
        request = urllib.request.Request(
            f"{os.environ['MAAS_URL']}/v1/tasks/cancel?status=QUEUED,RUNNING",
            headers={"Authorization": f"Bearer {os.environ['MAAS_API_KEY']}"},
            method="POST",
        )
        urllib.request.urlopen(request, timeout=60).close()

    def run_program(self, name: str, versions: list[str] | None = None) -> None:
        for version in versions or VERSIONS[self.client]:
            with self.subTest(version=version):
                done = subprocess.run(
                    [python(self.client, version), HERE / name], capture_output=True, text=True, timeout=600
                )
                self.assertEqual(done.returncode, 0, f"{done.stdout}\n{done.stderr}"[-4000:])
