#!/usr/bin/env python3
"""Labels the raw video (watermark, AIGC metadata), moves its index to the start, and checks the result.

`--facts` receives what the last event contains about the video: {"width","height","frames","duration_ms"}.
`--thumbnail` and `--spritesheet` receive pictures of it. They are optional: a failure to make them is only a warning.
Exit status 0 means that `--output` has passed every check; for others see maas_worker/failure.py.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from maas_worker import aigc, ffmpeg, flatness, mp4
from maas_worker.failure import BadOutput, Failure, run_main
from maas_worker.fonts import lend_font
from maas_worker.stills import make_stills

# H.264 with yuv420p has no odd sides; a generator's yuv444p may. At most a column and a row are lost.
EVEN = "crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0"


def main() -> None:
    parser = argparse.ArgumentParser(prog="postprocess.py", description=__doc__, allow_abbrev=False)
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--facts", type=Path, required=True)
    parser.add_argument("--thumbnail", type=Path)
    parser.add_argument("--spritesheet", type=Path)
    parser.add_argument("--frames", type=int, help="how many frames there must be; not checked when absent")
    parser.add_argument("--content-id", required=True, help="ProduceID of the metadata, unique to this video")
    parser.add_argument("--producer", default=os.environ.get("MAAS_AIGC_PRODUCER") or "MaaS")
    options = parser.parse_args()

    label = aigc.implicit_label(options.producer, options.content_id)
    if not options.input.is_file():
        raise BadOutput("the generator ended with status 0 and left no video at --save_file")
    raw = ffmpeg.probe(options.input)
    # A generator may succeed and leave a short file, so its frames are counted before any work.
    if options.frames is not None and raw.frames != options.frames:
        raise BadOutput(f"the generator made {raw.frames} frames instead of {options.frames}")

    with tempfile.TemporaryDirectory(prefix=".postprocess-", dir=options.output.parent) as scratch:
        directory = Path(scratch)
        made, video = add_labels(options.input, raw, label, directory)
        if flatness.is_flat(directory):
            raise BadOutput("the generator made a video of one flat colour: most often its numbers became NaN")
        os.replace(made, options.output)
        try:
            make_stills(options.output, video, directory, options.thumbnail, options.spritesheet)
        except (Failure, OSError) as error:
            print(f"postprocess.py: warning: no pictures of the video: {error}", file=sys.stderr, flush=True)

    facts = {key: getattr(video, key) for key in ("width", "height", "frames", "duration_ms")}
    options.facts.write_text(json.dumps(facts) + "\n", encoding="utf-8")


def add_labels(source: Path, raw: ffmpeg.Video, label: str, directory: Path) -> tuple[Path, ffmpeg.Video]:
    """Makes the labelled video in `directory` and checks it."""
    ffmpeg.run("ffmpeg", arguments(source, raw, label, directory), directory=directory)
    made = directory / "labelled.mp4"
    video = ffmpeg.probe(made)
    check(made, video, raw, label)
    return made, video


def arguments(source: Path, raw: ffmpeg.Video, label: str, directory: Path) -> list[str]:
    """ffmpeg's command line, to be run in `directory`."""
    (directory / "watermark.txt").write_text(aigc.EXPLICIT_TEXT, encoding="utf-8")
    margin = "h*0.03"
    filters = (
        f"{EVEN},{flatness.FILTERS},"
        f"drawtext=fontfile={lend_font(directory)}:textfile=watermark.txt:expansion=none"
        f":fontsize={aigc.explicit_size(raw.width, raw.height)}:fontcolor=white@0.9:borderw=2:bordercolor=black@0.5"
        f":x=w-tw-{margin}:y={margin}"
    )
    return [
        *[*ffmpeg.GUARD, "-f", "mov", "-i", ffmpeg.file_url(source), "-vf", filters],
        *["-map", "0:v:0", "-map", "0:a?", "-c:a", "copy", *ffmpeg.every_frame()],
        *["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-threads", "2"],
        # Without use_metadata_tags ffmpeg silently drops the label.
        *["-map_metadata", "-1", "-metadata", f"{aigc.TAG}={label}", "-movflags", "+faststart+use_metadata_tags"],
        "labelled.mp4",
    ]


def check(path: Path, video: ffmpeg.Video, raw: ffmpeg.Video, label: str) -> None:
    """`BadOutput` unless the file has the raw one's size, made even, and frames, the metadata, and its index first."""
    if (video.width, video.height, video.frames) != (raw.width // 2 * 2, raw.height // 2 * 2, raw.frames):
        raise BadOutput(
            f"{raw.width}x{raw.height} with {raw.frames} frames became "
            f"{video.width}x{video.height} with {video.frames}"
        )
    if video.tags.get(aigc.TAG) != label:
        raise BadOutput("the AIGC metadata is not in the file")
    if not mp4.is_faststart(path):
        raise BadOutput("the index is not at the start of the file")


if __name__ == "__main__":
    run_main("postprocess.py", main)
