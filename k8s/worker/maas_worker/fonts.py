"""The font of captions and of the watermark."""

from __future__ import annotations

import os
from pathlib import Path

from .failure import MissingTool

# Latin and Chinese in one file. A font without Chinese draws boxes, and ffmpeg does not complain.
KNOWN = [
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
]


def lend_font(directory: Path) -> str:
    """Links the font into `directory` and returns its name there, which needs no quoting in a filter graph."""
    chosen = os.environ.get("MAAS_FONT")
    for candidate in [chosen] if chosen else KNOWN:
        if os.path.isfile(candidate):
            (directory / "font").symlink_to(os.path.abspath(candidate))
            return "font"
    raise MissingTool("no font with Chinese characters: install fonts-wqy-microhei or set MAAS_FONT")
