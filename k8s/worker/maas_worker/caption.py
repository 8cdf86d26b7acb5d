"""Wraps a prompt into caption lines, because ffmpeg's drawtext does not wrap."""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"


def clean(text: str) -> str:
    """`text` composed (NFC), without controls, formats, surrogates and private characters, white space collapsed."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    kept = (" " if ch.isspace() else ch for ch in unicodedata.normalize("NFC", text))
    return " ".join("".join(ch for ch in kept if not unicodedata.category(ch).startswith("C")).split())


def advance(ch: str) -> float:
    """Roughly the width of a character in ems; too wide rather than too narrow."""
    if unicodedata.combining(ch):
        return 0
    if unicodedata.east_asian_width(ch) in "WFA":
        return 1
    if ch in " .,:;!|'ijlI()[]":
        return 0.36
    return 0.95 if ch in "mwMW@%" else 0.74 if ch.isupper() else 0.6


def width(text: str) -> float:
    """Roughly the width of a line in ems."""
    return sum(map(advance, text))


def wrap(text: str, ems: float, lines: int) -> list[str]:
    """`text` in at most `lines` lines of at most `ems`, cut with an ellipsis.

    Lines break at spaces and before wide letters.
    """
    done: list[str] = []
    line = ""
    for word in _words(clean(text)):
        if width((line + word).rstrip()) <= ems:
            line += word
            continue
        if line:
            done.append(line.rstrip())
        line = word.lstrip()
        while width(line) > ems:  # one word longer than a line
            cut = max(_fitting(line, ems), 1)
            done.append(line[:cut])
            line = line[cut:]
    if line.strip():
        done.append(line.rstrip())
    if len(done) > lines:
        last = done[lines - 1]
        done[lines - 1 :] = [last[: _fitting(last, ems - width(ELLIPSIS))].rstrip() + ELLIPSIS]
    return done


def _words(text: str) -> list[str]:
    """Pieces between which a line may break; a space stays at the end of its word."""
    words = [""]
    for ch in text:
        wide = unicodedata.east_asian_width(ch) in "WF" and unicodedata.category(ch).startswith("L")
        if wide or words[-1].endswith(" "):
            words.append(ch)
        else:
            words[-1] += ch
    return [word for word in words if word]


def _fitting(text: str, ems: float) -> int:
    """How many characters of `text` fit."""
    room = ems
    for count, ch in enumerate(text):
        room -= advance(ch)
        if room < 0:
            return count
    return len(text)
