#!/usr/bin/env python3
"""Generates the video of one task: with the demo generator, or with the model's own program.

Exit status 0 means that `--save_file` is a complete video; for others see maas_worker/failure.py.
"""

from __future__ import annotations

import argparse
import logging
import random
import re
import sys
from pathlib import Path

from maas_worker import demo, wan
from maas_worker.failure import BadArgument, run_main
from maas_worker.request import GenerationRequest


def main() -> None:
    options = parse(sys.argv[1:])
    # Wan2.2's format, so that the reporter's patterns match both.
    logging.basicConfig(level=logging.INFO, format="[%(asctime)s] %(levelname)s: %(message)s", stream=sys.stdout)
    request = GenerationRequest(
        model=options.model,
        prompt=options.prompt,
        image=options.image,
        width=options.size[0],
        height=options.size[1],
        frames=options.frames,
        steps=options.steps,
        seed=options.seed if options.seed >= 0 else random.SystemRandom().randrange(2**31),
        save_file=options.save_file.absolute(),
        pace=options.pace,
        extra=options.extra,
    )
    logging.info(
        "Generation job args: model=%s size=%dx%d frames=%d steps=%d seed=%d image=%s",
        *(request.model, request.width, request.height, request.frames, request.steps, request.seed),
        request.image is not None,
    )
    if request.model == "demo":
        demo.generate(request)
    else:
        wan.hand_over(request)


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line, checked. What follows `--` goes to the model's own program unchanged."""
    parser = argparse.ArgumentParser(prog="generate.py", description=__doc__, allow_abbrev=False)
    parser.add_argument("--model", choices=["demo", *wan.MODELS], required=True)
    parser.add_argument("--prompt", default="", help="what the clip shows; may be empty")
    parser.add_argument("--image", type=Path, metavar="FILE", help="JPEG, PNG or WebP")
    parser.add_argument("--size", type=size, default=(832, 480), metavar="WxH", help="default 832x480")
    parser.add_argument("--frames", type=whole("frames", 1, 1000), default=49, help="default 49")
    parser.add_argument("--steps", type=whole("steps", 1, 1000), default=20, help="default 20")
    parser.add_argument("--seed", type=whole("seed", -1, 2**63 - 1), default=-1, help="-1, the default, draws one")
    parser.add_argument("--pace", type=seconds, default=0.3, help="demo: seconds a step, default 0.3")
    parser.add_argument("--save_file", type=Path, required=True, metavar="FILE")
    prompt, arguments = take_prompt(arguments)
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_args(arguments[:cut])
    options.extra = arguments[cut + 1 :]
    if prompt is not None:
        options.prompt = prompt
    if options.model == "demo" and options.extra:
        raise BadArgument("the demo takes no arguments after --")
    return options


def take_prompt(arguments: list[str]) -> tuple[str | None, list[str]]:
    """The prompt and the other arguments: argparse would take a prompt that begins with a dash for an option."""
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--prompt" and at + 1 < len(arguments):
            return arguments[at + 1], arguments[:at] + arguments[at + 2 :]
        if argument.startswith("--prompt="):
            return argument.removeprefix("--prompt="), arguments[:at] + arguments[at + 1 :]
    return None, arguments


def size(text: str) -> tuple[int, int]:
    """`832x480`, or `832*480` as Wan writes it."""
    match = re.fullmatch(r"(\d{2,4})[x*](\d{2,4})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 832x480")
    width, height = int(match[1]), int(match[2])
    if width % 2 or height % 2 or not (64 <= width <= 4096 and 64 <= height <= 4096):
        raise argparse.ArgumentTypeError(f"{text!r}: width and height must be even, from 64 to 4096")
    return width, height


def whole(name: str, least: int, most: int):
    """A whole number within bounds."""

    def convert(text: str) -> int:
        if not re.fullmatch(r"-?\d{1,19}", text) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{name} must be a whole number from {least} to {most}, not {text!r}")
        return int(text)

    return convert


def seconds(text: str) -> float:
    """Seconds a step."""
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"pace must be seconds from 0 to 3600, not {text!r}")
    return value


if __name__ == "__main__":
    run_main("generate.py", main)
