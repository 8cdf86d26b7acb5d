"""Pictures of a finished video: a thumbnail, and a spritesheet to scrub through."""

from __future__ import annotations

import os
from pathlib import Path

from . import ffmpeg

THUMBNAIL_WIDTH = 640
TILE_WIDTH = 240
COLUMNS = 4
TILES = 16


def make_stills(path: Path, video: ffmpeg.Video, directory: Path, thumbnail: Path | None, spritesheet: Path | None):
    """Makes the JPEGs that are wanted, in one pass over the video; `directory` is for temporary files."""
    wanted = [
        (target, directory / name, filters)
        for target, name, filters in [
            (thumbnail, "thumbnail.jpg", thumbnail_filters(video)),
            (spritesheet, "spritesheet.jpg", spritesheet_filters(video)),
        ]
        if target
    ]
    if not wanted:
        return
    pads = "".join(f"[in{index}]" for index in range(len(wanted)))
    graph = [f"[0:v]split={len(wanted)}{pads}"]
    outputs = []
    for index, (_, made, filters) in enumerate(wanted):
        graph.append(f"[in{index}]{','.join(filters)}[out{index}]")
        outputs += ["-map", f"[out{index}]", "-frames:v", "1", "-update", "1", "-q:v", "3", made.name]
    ffmpeg.run(
        "ffmpeg",
        [*ffmpeg.GUARD, "-f", "mov", "-i", ffmpeg.file_url(path), "-filter_complex", ";".join(graph), *outputs],
        directory=directory,
        seconds=120,
    )
    for target, made, _ in wanted:
        os.replace(made, target)


def thumbnail_filters(video: ffmpeg.Video) -> list[str]:
    """One frame, a third into the video: the first is often still the picture that the video came from."""
    return [select([video.frames // 3]), scale(min(THUMBNAIL_WIDTH, video.width)), "format=yuvj420p"]


def spritesheet_filters(video: ffmpeg.Video) -> list[str]:
    """Evenly spaced frames, the first and the last included, row by row."""
    frames = sample(video.frames, TILES)
    rows = -(-len(frames) // COLUMNS)
    return [select(frames), scale(min(TILE_WIDTH, video.width)), f"tile={COLUMNS}x{rows}", "format=yuvj420p"]


def sample(frames: int, most: int) -> list[int]:
    """At most `most` frame numbers, evenly spaced, the first and the last included."""
    count = min(frames, most)
    return [round(index * (frames - 1) / max(count - 1, 1)) for index in range(count)]


def select(frames: list[int]) -> str:
    """A filter that lets these frames through."""
    return "select=" + "+".join(f"eq(n\\,{frame})" for frame in frames)


def scale(width: int) -> str:
    """A filter that scales to this width; both sides are even."""
    return f"scale={width // 2 * 2}:-2"
