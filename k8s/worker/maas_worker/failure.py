"""Failures: a message for the log, and an exit status that the reporter knows."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable


class Failure(Exception):
    """Ends the program with `status`; the statuses are those of sysexits(3), which other generators do not use."""

    status = os.EX_SOFTWARE


class BadArgument(Failure):
    """The command line is invalid: the same status as argparse's."""

    status = 2


class BadPicture(Failure):
    """The file is no picture, is too large, or does not decode."""

    status = os.EX_DATAERR


class MissingInput(Failure):
    """A required file is missing."""

    status = os.EX_NOINPUT


class PodFailure(Failure):
    """The pod or its machine is at fault, not what it works on."""


class MissingTool(PodFailure):
    """ffmpeg, a filter of it, or a font is not installed, or a setting is wrong."""

    status = os.EX_UNAVAILABLE


class BadOutput(Failure):
    """The program ran to its end, but its video is not what was requested."""

    status = os.EX_CANTCREAT


class Killed(PodFailure):
    """A tool was killed: the machine has too little memory, and another one may have it."""

    status = 128 + signal.SIGKILL


class TooSlow(PodFailure):
    """A tool needed many times as long as it takes: another machine may be faster."""

    status = os.EX_TEMPFAIL


def run_main(name: str, main: Callable[[], None]) -> None:
    """Runs `main`, and prints a `Failure` as argparse does: `name: error: …`."""
    try:
        main()
    except Failure as failure:
        sys.stdout.flush()
        print(f"{name}: error: {failure}", file=sys.stderr, flush=True)
        sys.exit(failure.status)
