"""The commands that pages tell their readers to run, for tests that run them.

A test takes them by `commands`, with the page and the heading as literals: Tests/Deployment/test_commands.py looks for these,
and holds that no command of any page is left untried.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: From the root, as tests name them.
PAGES = ["README.md", "CONTRIBUTING.md", *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/**/*.md"))]

#: Code that stands in a sentence or a table.
SPAN = re.compile(r"`([^`\n]+)`")

#: A block of code, wherever it is indented to.
BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def parts(page: str) -> dict[str, str]:
    """What stands below each heading of the second level; the beginning of the page is below ``."""
    text = (ROOT / page).read_text()
    pieces = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    return {"": pieces[0], **dict(zip(pieces[1::2], pieces[2::2], strict=True))}


def commands(page: str, heading: str | None = None) -> list[str]:
    """The `sh` blocks of a page, or of the part below one heading of the second level, as scripts."""
    found = parts(page)
    assert heading is None or heading in found, f"{page} has no part {heading}"
    text = "\n".join(found.values()) if heading is None else found[heading]
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in BLOCK.findall(text)]


def spans(page: str) -> list[str]:
    """What is set as code in the sentences and tables of a page."""
    return SPAN.findall(re.sub(r"```.*?```", "", (ROOT / page).read_text(), flags=re.DOTALL))


def told_kubectl(script: str) -> list[list[str]]:
    """What the lines of a script tell kubectl: the arguments of each of its runs, also of those within a pipe."""
    found = []
    for line in script.replace("\\\n", " ").splitlines():
        if not re.search(r"\bkubectl ", line):
            continue
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|;&")
        lexer.whitespace_split = True
        run: list[str] = []
        for word in [*lexer, "|"]:
            if not word.strip("|;&"):
                if run[:1] == ["kubectl"]:
                    found.append(run[1:])
                run = []
            else:
                run.append(word)
    return found
