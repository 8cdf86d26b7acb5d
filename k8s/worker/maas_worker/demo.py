"""The demo generator: a real clip without a GPU, at a pace a person can watch.

A picture becomes a slow pan and zoom with the prompt as caption. Without one, the clip is drawn from a hash of prompt
and seed. It prints what Wan2.2's generate.py prints: INFO lines on standard output, tqdm bars on standard error.
"""

from __future__ import annotations

import colorsys
import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from . import caption, ffmpeg
from .failure import BadOutput, Failure
from .fonts import lend_font
from .picture import Picture, open_picture
from .progress_bar import ProgressBar
from .request import GenerationRequest

RATE = 16
SHARDS = 4


def generate(request: GenerationRequest) -> None:
    """Makes the clip and checks that it is what was requested. The file appears whole or not at all."""
    picture = open_picture(request.image) if request.image else None
    logging.info("Creating Demo%s pipeline.", "I2V" if picture else "T2V")
    _pace("Loading checkpoint shards", SHARDS, request.pace / 2)
    logging.info("Creating DemoModel from a hash of the prompt")
    logging.info("Generating video ...")
    previews = Previews(request, picture)
    _pace("", request.steps, request.pace, previews.draw)

    request.save_file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".demo-", dir=request.save_file.parent) as scratch:
        directory = Path(scratch)
        ffmpeg.run("ffmpeg", arguments(request, picture, directory), directory=directory)
        made = directory / "clip.mp4"
        check(ffmpeg.probe(made), request)
        logging.info("Saving generated video to %s", request.save_file)
        os.replace(made, request.save_file)
    logging.info("Finished.")


def check(video: ffmpeg.Video, request: GenerationRequest) -> None:
    """`BadOutput` unless the file is what was requested."""
    requested = (request.width, request.height, request.frames, RATE)
    if (video.width, video.height, video.frames, video.rate) != requested:
        raise BadOutput(
            f"ffmpeg made {video.width}x{video.height}, {video.frames} frames at {video.rate}/s "
            f"instead of {request.width}x{request.height}, {request.frames} at {RATE}/s"
        )


def arguments(request: GenerationRequest, picture: Picture | None, directory: Path) -> list[str]:
    """ffmpeg's command line, to be run in `directory`, where the text to draw is in files, never in the graph."""
    look = Look(request)
    if picture:
        inputs = picture.input_arguments
        graph = f"[0:v]{','.join(look.pan(picture) + look.captions(directory))}[v]"
    else:
        gradients, life = look.sources()
        inputs = ["-f", "lavfi", "-i", gradients, "-f", "lavfi", "-i", life]
        graph = f"{look.blend()}{','.join([*look.finish(), *look.captions(directory)])}[v]"
    return [
        *[*inputs, "-filter_complex", graph, "-map", "[v]", "-an", "-sn", "-dn"],
        *["-map_metadata", "-1", "-frames:v", str(request.frames), "-r", str(RATE)],
        *["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-threads", "2"],
        *["-movflags", "+faststart", "clip.mp4"],
    ]


class Look:
    """How a clip looks: every choice is made by a hash of prompt and seed."""

    def __init__(self, request: GenerationRequest):
        self.request = request
        self.digest = hashlib.sha256(f"{request.seed}\0{request.prompt}".encode("utf-8", "replace")).digest()

    def sources(self) -> tuple[str, str]:
        """Two lavfi sources: a turning gradient and Conway's game of life, small."""
        request, seed = self.request, int.from_bytes(self.digest[:4], "big")
        colours = ":".join(f"c{index}=0x{colour}" for index, colour in enumerate(self.palette()))
        kind = ["linear", "radial", "circular", "spiral"][self.digest[4] % 4]
        size = f"{request.width}x{request.height}"
        small = f"{max(request.width // 8, 16)}x{max(request.height // 8, 16)}"
        return (
            f"gradients=s={size}:r={RATE}:n=4:{colours}:speed=0.03:seed={seed}:type={kind}",
            f"life=s={small}:mold=10:r={RATE}:ratio=0.1:seed={seed}:death_color=0x101020:life_color=0xffffff",
        )

    def palette(self) -> list[str]:
        """Four matching colours: neighbouring hues and one opposite, dark to light."""
        hue = self.digest[5] / 256
        chosen = [(0, 0.75, 0.35), (0.08, 0.65, 0.75), (0.5, 0.55, 0.85), (0.92, 0.8, 0.5)]
        return [
            "".join(f"{round(255 * part):02x}" for part in colorsys.hsv_to_rgb((hue + turn) % 1, saturation, value))
            for turn, saturation, value in chosen
        ]

    def blend(self) -> str:
        """Both sources as one picture."""
        size = f"{self.request.width}:{self.request.height}"
        return (
            f"[1:v]scale={size}:flags=bicubic,gblur=sigma=6,format=gbrp[life];[0:v]format=gbrp[ground];"
            "[ground][life]blend=all_mode=screen:all_opacity=0.35,"
        )

    def finish(self) -> list[str]:
        """The last touches under the caption."""
        return ["vignette=PI/5", "setsar=1", "format=yuv420p"]

    def pan(self, picture: Picture) -> list[str]:
        """The picture upright, cropped to the shape of the clip, then a slow zoom along a chosen direction.

        The crop comes before any scaling, so that a picture of 1x40000 does not become a huge one. Twice the size goes
        into zoompan, which moves by whole pixels of its input.
        """
        request = self.request
        width, height = picture.upright_size
        crop_width = max(1, min(width, height * request.width // request.height))
        crop_height = max(1, min(height, width * request.height // request.width))
        last = max(request.frames - 1, 1)
        from_x, to_x, from_y, to_y = (0.2 + 0.6 * byte / 255 for byte in self.digest[6:10])
        x = f"(iw-iw/zoom)*({from_x:.3f}+{to_x - from_x:.3f}*on/{last})"
        y = f"(ih-ih/zoom)*({from_y:.3f}+{to_y - from_y:.3f}*on/{last})"
        return [
            *picture.upright_filters,
            f"crop={crop_width}:{crop_height}",
            f"scale={2 * request.width}:{2 * request.height}:flags=bicubic",
            "setsar=1",
            f"zoompan=z='1.02+0.28*on/{last}':x='{x}':y='{y}'"
            f":d={request.frames}:s={request.width}x{request.height}:fps={RATE}",
            "format=yuv420p",
        ]

    def captions(self, directory: Path) -> list[str]:
        """One drawtext a line, centred, above the lower edge, fading in. The text is a file, taken literally."""
        request = self.request
        size = max(12, round(min(request.width, request.height) * 0.055))
        lines = caption.wrap(request.prompt, 0.88 * request.width / size, 3)
        if not lines:
            return []
        font = lend_font(directory)
        filters = []
        for index, line in enumerate(lines):
            name = f"line{index}.txt"
            (directory / name).write_text(line, encoding="utf-8")
            baseline = round((len(lines) - 1 - index) * size * 1.35)
            filters.append(
                f"drawtext=fontfile={font}:textfile={name}:expansion=none:fontsize={size}:fontcolor=white"
                f":borderw={max(1, size // 14)}:bordercolor=black@0.6"
                f":x=(w-tw)/2:y=h*0.93-{baseline}-ascent:alpha='min(1,t/0.8)'"
            )
        return filters


class Previews:
    """Preview pictures of the clip, each less blurred, if a directory for them is set."""

    INTERVAL = 5

    def __init__(self, request: GenerationRequest, picture: Picture | None):
        self.request = request
        self.picture = picture
        directory = os.environ.get("MAAS_PREVIEW_DIR")
        self.directory = Path(directory) if directory else None
        self.last = time.monotonic()

    def draw(self, step: int) -> None:
        """Draws one if the last one is old enough."""
        if not self.directory or time.monotonic() - self.last < self.INTERVAL:
            return
        self.last = time.monotonic()
        blur = max(1, round(24 * (1 - step / self.request.steps)))
        with tempfile.TemporaryDirectory(prefix=".preview-", dir=self.directory) as scratch:
            graph = arguments(self.request, self.picture, Path(scratch))
            graph[graph.index("-filter_complex") + 1] += f";[v]scale=480:-2,gblur=sigma={blur}[p]"
            graph[graph.index("[v]")] = "[p]"
            # The first frame of everything that makes the clip.
            cut = graph.index("-map_metadata")
            try:
                ffmpeg.run("ffmpeg", [*graph[:cut], "-frames:v", "1", "-update", "1", "p.jpg"], directory=Path(scratch))
                os.replace(Path(scratch) / "p.jpg", self.directory / f"{step:04d}.jpg")
            except (Failure, OSError) as failure:
                logging.info("no preview: %s", failure)


def _pace(description: str, steps: int, seconds: float, after: Callable[[int], None] = lambda _: None) -> None:
    """A bar that takes `seconds` a step; `after` is called with the number of each."""
    bar = ProgressBar(steps, description)
    for step in range(1, steps + 1):
        if seconds > 0:
            time.sleep(seconds)
        bar.update()
        after(step)
    bar.close()
