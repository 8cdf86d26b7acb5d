"""Shared by the worker's tests: where the programs are, how they are run, and small input files."""

from __future__ import annotations

import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

# An ffmpeg that is killed, as for want of memory.
KILLED = "#!/bin/sh\nkill -KILL $$\n"

WORKER = Path(__file__).resolve().parents[2] / "k8s" / "worker"
sys.dont_write_bytecode = True
sys.path.insert(0, str(WORKER))


class WorkerTestCase(unittest.TestCase):
    """A test with a directory of its own."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="maas-worker-")
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name)

    def run_program(self, name: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess:
        """Runs a program of the worker to its end."""
        return subprocess.run(
            [sys.executable, "-B", str(WORKER / name), *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=self.directory,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", **environment},
            timeout=300,
            check=False,
        )

    def replace_ffmpeg(self, script: str) -> dict[str, str]:
        """Environment variables with which programs run `script` for ffmpeg."""
        path = self.directory / "bin" / "ffmpeg"
        path.parent.mkdir(exist_ok=True)
        path.write_text(script)
        path.chmod(0o755)
        return {"PATH": f"{path.parent}:/usr/local/bin:/usr/bin:/bin"}

    def ffmpeg(self, *arguments: object) -> bytes:
        """Runs ffmpeg in the test's directory and returns what it writes to standard output."""
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)]
        return subprocess.run(command, cwd=self.directory, capture_output=True, check=True).stdout

    def size_of(self, name: str) -> list[int]:
        """Width and height of a picture in the test's directory."""
        command = ["ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", name]
        done = subprocess.run(command, cwd=self.directory, capture_output=True, check=True)
        return [int(part) for part in done.stdout.split(b",")]

    def make_picture(self, name: str = "in.jpg", size: str = "64x48") -> Path:
        """A test card."""
        self.ffmpeg("-f", "lavfi", "-i", f"testsrc=s={size}", "-frames:v", 1, name)
        return self.directory / name


def exif(orientation: int, order: str = "<") -> bytes:
    """A TIFF block with the orientation in its first directory."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def with_exif(jpeg: bytes, block: bytes) -> bytes:
    """`jpeg` with an EXIF segment."""
    content = b"Exif\0\0" + block
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content + jpeg[2:]
