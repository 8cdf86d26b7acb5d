"""The commands that pages tell their readers to run, for tests that run them."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def commands(page: str, heading: str | None = None) -> list[str]:
    """The `sh` blocks of a page, or of the part below one heading, as scripts."""
    text = (DOCS / page).read_text()
    if heading:
        found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        assert found, f"docs/{page} has no part {heading}"
        text = found[1]
    blocks = re.findall(r"^( *)```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in blocks]
