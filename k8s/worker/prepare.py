#!/usr/bin/env python3
"""Converts the user's picture to one that any generator can open: upright, PNG, RGB, not larger than useful.

Generators' libraries ignore the EXIF orientation, so a picture from a phone would lie on its side.
Exit status 0 means that `--output` was written; for others see maas_worker/failure.py.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from maas_worker import ffmpeg
from maas_worker.failure import BadPicture, Failure, PodFailure, run_main
from maas_worker.picture import Picture, open_picture

# No model uses more; a PNG of the largest accepted picture would be 120 MB.
LONGEST_SIDE = 4096


def main() -> None:
    parser = argparse.ArgumentParser(prog="prepare.py", description=__doc__, allow_abbrev=False)
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()

    picture = open_picture(options.input)
    made = options.output.with_name(f".{options.output.name}.png")
    try:
        ffmpeg.run("ffmpeg", [*arguments(picture), ffmpeg.file_url(made)], seconds=120)
    except PodFailure:
        raise
    except Failure as failure:
        raise BadPicture(f"the picture does not decode: {failure}") from None
    os.replace(made, options.output)


def arguments(picture: Picture) -> list[str]:
    """ffmpeg's command line, without the output file."""
    width, height = picture.upright_size
    filters = list(picture.upright_filters)
    if max(width, height) > LONGEST_SIDE:
        factor = LONGEST_SIDE / max(width, height)
        filters.append(f"scale={max(1, round(width * factor))}:{max(1, round(height * factor))}:flags=lanczos")
    filters.append("format=rgb24")
    return [
        *[*picture.input_arguments, "-vf", ",".join(filters), "-map", "0:v:0", "-map_metadata", "-1"],
        *["-frames:v", "1", "-update", "1", "-c:v", "png", "-compression_level", "1"],
    ]


if __name__ == "__main__":
    run_main("prepare.py", main)
