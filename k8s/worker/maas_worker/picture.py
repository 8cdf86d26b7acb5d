"""The user's picture: its format by its bytes, never by its name, and its EXIF orientation."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .failure import BadPicture, Failure, MissingInput, PodFailure
from .ffmpeg import GUARD, MAX_PIXELS, file_url, run

MAX_BYTES = 64 << 20

# EXIF 2.32, tag 0x0112: how to turn the stored rows into an upright picture, as ffmpeg filters.
UPRIGHT = {
    1: [],
    2: ["hflip"],
    3: ["hflip", "vflip"],
    4: ["vflip"],
    5: ["transpose=cclock_flip"],
    6: ["transpose=clock"],
    7: ["transpose=clock_flip"],
    8: ["transpose=cclock"],
}


@dataclass(frozen=True)
class Picture:
    """A picture that ffmpeg may open, with this demuxer only."""

    path: Path
    demuxer: str
    width: int
    height: int
    orientation: int

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height once it is turned upright."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)

    @property
    def upright_filters(self) -> list[str]:
        """The filters that turn it upright."""
        return UPRIGHT[self.orientation]

    @property
    def input_arguments(self) -> list[str]:
        """ffmpeg's arguments to open it, without turning it: some versions heed the orientation and some do not."""
        return [*GUARD, "-noautorotate", "-f", self.demuxer, "-i", file_url(self.path)]


def open_picture(path: Path) -> Picture:
    """Reads a picture's properties without decoding it."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadPicture(f"the picture is larger than {MAX_BYTES >> 20} MiB")
        data = path.read_bytes()
    except OSError as error:
        raise MissingInput(f"the picture cannot be read: {error.strerror}") from None
    demuxer = sniff(data)
    try:
        answer = json.loads(
            run(
                "ffprobe",
                ["-v", "error", *GUARD, "-f", demuxer, "-select_streams", "v:0"]
                + ["-show_entries", "stream=width,height", "-of", "json", "-i", file_url(path)],
                seconds=60,
            )
        )
        width, height = int(answer["streams"][0]["width"]), int(answer["streams"][0]["height"])
    except PodFailure:
        raise
    except (Failure, KeyError, IndexError, ValueError) as error:
        raise BadPicture(f"the picture does not decode: {error}") from None
    if width < 1 or height < 1:
        raise BadPicture("the picture does not decode: it has no size")
    if width * height > MAX_PIXELS:
        raise BadPicture(f"the picture is {width}x{height}; at most {MAX_PIXELS // 1_000_000} megapixels are taken")
    return Picture(path, demuxer, width, height, orientation(data))


def sniff(data: bytes) -> str:
    """The ffmpeg demuxer for these bytes."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg_pipe"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png_pipe"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp_pipe"
    raise BadPicture("the picture is neither JPEG, PNG nor WebP")


def orientation(data: bytes) -> int:
    """The EXIF orientation, 1 to 8; 1 if there is none or it is invalid."""
    for block in exif_blocks(data):
        try:
            value = orientation_in(block)
        except struct.error:
            continue
        if value in UPRIGHT:
            return value
    return 1


def exif_blocks(data: bytes) -> Iterator[bytes]:
    """The TIFF blocks with EXIF, in the containers of each format. Never reads past `data`."""
    header = b"Exif\0\0"
    if data.startswith(b"\xff\xd8"):
        at = 2
        while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
            length = int.from_bytes(data[at + 2 : at + 4], "big")
            segment = data[at + 4 : at + 2 + length]
            if data[at + 1] == 0xE1 and segment.startswith(header):
                yield segment[len(header) :]
            at += 2 + max(length, 2)
    elif data.startswith(b"\x89PNG"):
        at = 8
        while at + 8 <= len(data):
            length = int.from_bytes(data[at : at + 4], "big")
            if data[at + 4 : at + 8] == b"eXIf":
                yield data[at + 8 : at + 8 + length]
            at += 12 + length
    else:
        at = 12
        while at + 8 <= len(data):
            length = int.from_bytes(data[at + 4 : at + 8], "little")
            if data[at : at + 4] == b"EXIF":
                yield data[at + 8 : at + 8 + length].removeprefix(header)
            at += 8 + length + length % 2


def orientation_in(block: bytes) -> int:
    """The orientation in the first directory of a TIFF block; 0 without one, `struct.error` if truncated."""
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        return 0
    (start,) = struct.unpack_from(order + "I", block, 4)
    (count,) = struct.unpack_from(order + "H", block, start)
    for entry in range(count):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", block, start + 2 + 12 * entry)
        if tag == 0x0112 and kind == 3:
            return value
    return 0
