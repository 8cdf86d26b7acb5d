"""The order of boxes in an MP4 file (ISO/IEC 14496-12, 4.2)."""

from __future__ import annotations

from pathlib import Path


def top_level_boxes(path: Path) -> list[str]:
    """The types of the outermost boxes, in order."""
    boxes = []
    with path.open("rb") as file:
        while len(header := file.read(8)) == 8:
            size = int.from_bytes(header[:4], "big")
            boxes.append(header[4:].decode("latin-1"))
            if size == 0:  # to the end of the file
                break
            if size == 1:  # a 64-bit size follows
                size = int.from_bytes(file.read(8), "big") - 8
            if size < 8:
                break
            file.seek(size - 8, 1)
    return boxes


def is_faststart(path: Path) -> bool:
    """Whether a player can begin before it has the whole file: the index comes before the data."""
    boxes = top_level_boxes(path)
    return "moov" in boxes and "mdat" in boxes and boxes.index("moov") < boxes.index("mdat")
