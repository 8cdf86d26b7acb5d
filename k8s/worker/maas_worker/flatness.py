"""Detects a video of one flat colour, which is what NaN in a model produces."""

from __future__ import annotations

import re
from pathlib import Path

# Encoding may move a flat colour by a level or two; the darkest real picture has more than that.
MOST = 4

# For a filter graph that runs in the directory where `is_flat` reads.
FILTERS = "signalstats,metadata=mode=print:file=luma.txt"


def is_flat(directory: Path) -> bool:
    """Whether every frame that went through `FILTERS` is flat."""
    text = (directory / "luma.txt").read_text(encoding="utf-8", errors="replace")
    low = [int(level) for level in re.findall(r"signalstats\.YMIN=(\d+)", text)]
    high = [int(level) for level in re.findall(r"signalstats\.YMAX=(\d+)", text)]
    return bool(low) and all(most - least <= MOST for least, most in zip(low, high, strict=True))
