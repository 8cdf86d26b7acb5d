"""Ports of this machine, for servers that tests start."""

from __future__ import annotations

import subprocess
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / "scripts/free-port"


def free_port() -> int:
    """A port that nobody listens at, and that nobody else is given for a minute."""
    return int(subprocess.run([PROGRAM], stdout=subprocess.PIPE, check=True).stdout)
