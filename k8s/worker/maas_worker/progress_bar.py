"""A progress bar that writes what tqdm writes to a file: same format, average, and blanking of longer lines."""

from __future__ import annotations

import sys
import time
from typing import TextIO

CELLS = " 123456789#"


class ProgressBar:
    """A bar over a known total, in ASCII: `\\r 45%|####5     | 9/20 [00:03<00:04,  2.51it/s]`."""

    def __init__(self, total: int, description: str = "", file: TextIO = sys.stderr, clock=time.monotonic):
        self.total = total
        self.n = 0
        self._prefix = f"{description}: " if description else ""
        self._file = file
        self._clock = clock
        self._start = self._last = clock()
        self._seconds_a_step: float | None = None
        self._written = 0
        self._write()

    def update(self) -> None:
        """Counts one step."""
        now = self._clock()
        took, self._last = now - self._last, now
        previous = self._seconds_a_step
        self._seconds_a_step = took if previous is None else 0.3 * took + 0.7 * previous
        self.n += 1
        self._write()

    def close(self) -> None:
        """Writes the last state once more, and a line break."""
        self._write()
        self._file.write("\n")
        self._file.flush()

    def _write(self) -> None:
        rate = 1 / self._seconds_a_step if self._seconds_a_step else None
        line = self._prefix + line_of(self.n, self.total, self._last - self._start, rate)
        self._file.write("\r" + line.ljust(self._written))
        self._file.flush()
        self._written = len(line)


def line_of(n: int, total: int, elapsed: float, rate: float | None) -> str:
    """The text of a bar at step `n`."""
    fraction = n / total
    full, part = divmod(int(fraction * 10 * 10), 10)
    bar = "#" * full + (CELLS[part] + " " * (9 - full) if full < 10 else "")
    left = clock_time((total - n) / rate) if rate else "?"
    if rate is None:
        speed = "?it/s"
    else:
        speed = f"{1 / rate:5.2f}s/it" if rate < 1 else f"{rate:5.2f}it/s"
    return f"{100 * fraction:3.0f}%|{bar}| {n}/{total} [{clock_time(elapsed)}<{left}, {speed}]"


def clock_time(seconds: float) -> str:
    """`MM:SS`, or `H:MM:SS` from an hour on."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute:02d}:{second:02d}"
