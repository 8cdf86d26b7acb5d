"""Processes that a test starts itself."""

from __future__ import annotations

import subprocess


def stop(process: subprocess.Popen) -> None:
    """Asks it to end, and kills it if it does not."""
    process.terminate()
    try:
        process.wait(60)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
