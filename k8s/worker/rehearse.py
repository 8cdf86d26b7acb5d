#!/usr/bin/env python3
"""Labels a clip of two frames as postprocess.py labels the video: what the image lacks shows before the generation.

Exit status 0 means that a video can be labelled; otherwise see maas_worker/failure.py.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import postprocess
from maas_worker import aigc, ffmpeg
from maas_worker.failure import BadArgument, Failure, MissingTool, PodFailure, run_main

CLIP = ["-f", "lavfi", "-i", "testsrc=s=128x96:r=16", "-frames:v", "2", "-c:v", "libx264", "-pix_fmt", "yuv420p"]

# What the programs beside this one need; an older one would fail them after the generation.
PYTHON = (3, 10)


def main() -> None:
    parser = argparse.ArgumentParser(prog="rehearse.py", description=__doc__, allow_abbrev=False)
    parser.add_argument("directory", type=Path, help="where the clip may be made")
    parser.add_argument("--producer", default=os.environ.get("MAAS_AIGC_PRODUCER") or "MaaS")
    options = parser.parse_args()

    if sys.version_info < PYTHON:
        raise MissingTool("Python is {}.{}, and {}.{} is the oldest that will do".format(*sys.version_info[:2], *PYTHON))
    try:
        label = aigc.implicit_label(options.producer, "rehearsal")
    except BadArgument as fault:
        # The task has no say in it.
        raise MissingTool(f"MAAS_AIGC_PRODUCER: {fault}") from None
    with tempfile.TemporaryDirectory(prefix=".rehearse-", dir=options.directory) as scratch:
        directory = Path(scratch)
        clip = directory / "clip.mp4"
        try:
            ffmpeg.run("ffmpeg", [*CLIP, ffmpeg.file_url(clip)], seconds=120)
            postprocess.add_labels(clip, ffmpeg.probe(clip), label, directory)
        except PodFailure:
            raise
        except Failure as failure:
            raise MissingTool(f"the image cannot label a video: {failure}") from None


if __name__ == "__main__":
    run_main("rehearse.py", main)
