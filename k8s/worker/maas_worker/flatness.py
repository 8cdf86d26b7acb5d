"""Tells a video that shows nothing: what a model makes of NaN is one flat colour from beginning to end."""

from __future__ import annotations

import re
from pathlib import Path

# Encoding may move a flat colour by a level or two; the darkest real picture has more than that.
MOST = 4

# To be put into a filter graph that runs in the directory where `is_flat` reads.
FILTERS = "signalstats,metadata=mode=print:file=luma.txt"


def is_flat(directory: Path) -> bool:
    """Whether no frame that went through `FILTERS` had any picture in it."""
    text = (directory / "luma.txt").read_text(encoding="utf-8", errors="replace")
    low = [int(level) for level in re.findall(r"signalstats\.YMIN=(\d+)", text)]
    high = [int(level) for level in re.findall(r"signalstats\.YMAX=(\d+)", text)]
    return bool(low) and all(most - least <= MOST for least, most in zip(low, high, strict=True))
