"""One way to end badly: a message for the log and an exit status the reporter knows."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable


class Failure(Exception):
    """Ends the program with `status`; the statuses are those of sysexits(3), which no generator of others uses."""

    status = os.EX_SOFTWARE


class BadArgument(Failure):
    """The command line asks for what cannot be: the same status as argparse gives."""

    status = 2


class BadPicture(Failure):
    """The picture is not one, is too large, or does not decode."""

    status = os.EX_DATAERR


class MissingInput(Failure):
    """A file that had to be there is not."""

    status = os.EX_NOINPUT


class MissingTool(Failure):
    """ffmpeg, a filter of it, or a font is not installed: the image is at fault, not the task."""

    status = os.EX_UNAVAILABLE


class BadOutput(Failure):
    """The program ran to its end, but what it made is not what was ordered."""

    status = os.EX_CANTCREAT


def run_main(name: str, main: Callable[[], None]) -> None:
    """Runs `main` and turns a `Failure` into argparse's own form of a last line, `name: error: …`."""
    try:
        main()
    except Failure as failure:
        sys.stdout.flush()
        print(f"{name}: error: {failure}", file=sys.stderr, flush=True)
        sys.exit(failure.status)
