"""Runs ffmpeg and ffprobe: no shell, no standard input, a time limit, and their output in the error."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from .failure import BadOutput, Failure, Killed, MissingTool, PodFailure, TooSlow

# A picture is decoded whole, so its size is limited first: 40 megapixels are 160 MB.
MAX_PIXELS = 40_000_000

# ffmpeg guesses a format from the content and would follow a playlist to other files or hosts. Files from outside are
# opened as local files only; who opens one also forces the demuxer.
GUARD = ["-protocol_whitelist", "file", "-max_pixels", str(MAX_PIXELS)]


@dataclass(frozen=True)
class Video:
    """What ffprobe finds in a video file."""

    width: int
    height: int
    frames: int
    duration_ms: int
    rate: Fraction
    tags: dict[str, str]


def file_url(path: Path) -> str:
    """`path` as a URL, so that ffmpeg takes no name for an option or a protocol."""
    return f"file:{path.absolute()}"


def run(tool: str, arguments: list[str], *, directory: Path | None = None, seconds: float = 900) -> str:
    """Runs `ffmpeg` or `ffprobe` and returns its standard output."""
    command = [tool, "-hide_banner", *arguments]
    if tool == "ffmpeg":
        command[1:1] = ["-nostdin", "-y", "-loglevel", "error"]
    try:
        done = subprocess.run(
            command, cwd=directory, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
        )
    except FileNotFoundError:
        raise MissingTool(f"{tool} is not installed") from None
    except subprocess.TimeoutExpired:
        raise TooSlow(f"{tool} took longer than {seconds:.0f} s") from None
    if done.returncode == -signal.SIGKILL:
        raise Killed(f"{tool} was killed, most likely because it ran out of memory")
    if done.returncode != 0:
        output = " | ".join(done.stderr.decode(errors="replace").strip().splitlines()[-4:])
        raise Failure(f"{tool} ended with status {done.returncode}: {output}")
    return done.stdout.decode(errors="replace")


def every_frame() -> list[str]:
    """The option that neither drops nor repeats frames: ffmpeg 5.1 gave it a new name, and 9 drops the old one."""
    is_new = re.search(r"^-fps_mode\b", run("ffmpeg", ["-h", "long"]), re.MULTILINE)
    return ["-fps_mode" if is_new else "-vsync", "passthrough"]


def probe(path: Path) -> Video:
    """Reads a video file's properties and counts its frames; `BadOutput` if it is not a complete video."""
    if not path.is_file():
        raise BadOutput(f"{path.name} is not there")
    try:
        text = run(
            "ffprobe",
            ["-v", "error", *GUARD, "-f", "mov", "-select_streams", "v:0", "-count_packets"]
            + ["-show_entries", "stream=width,height,avg_frame_rate,nb_read_packets:format=duration:format_tags"]
            + ["-of", "json", "-i", file_url(path)],
        )
        answer = json.loads(text)
        stream = answer["streams"][0]
        return Video(
            width=int(stream["width"]),
            height=int(stream["height"]),
            frames=int(stream["nb_read_packets"]),
            duration_ms=round(float(answer["format"]["duration"]) * 1000),
            rate=Fraction(stream["avg_frame_rate"]),
            tags=answer["format"].get("tags", {}),
        )
    except PodFailure:
        raise
    except (Failure, KeyError, IndexError, ValueError, ZeroDivisionError) as error:
        raise BadOutput(f"{path.name} is not a readable video: {error}") from None
