"""A receiver of webhooks on this machine, for tests in Python: http-server.py as a child."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path


class Receiver:
    """`with Receiver() as receiver:` ends it with the block."""

    def __enter__(self) -> Receiver:
        program = Path(__file__).with_name("http-server.py")
        self.process = subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def hook(self, name: str, *answers: str) -> str:
        """The address that takes webhooks under a name, and answers by turns: `200`, `hang`."""
        return f"{self.url}/hook/{','.join(answers)}/{name}"

    def taken(self, name: str, count: int, seconds: float = 180) -> list[dict]:
        """What was taken under a name, `headers` and `body` each, once it is so much."""
        with urllib.request.urlopen(f"{self.url}/hooked/{count}/{name}", timeout=seconds) as response:
            return json.load(response)
