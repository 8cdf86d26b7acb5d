"""Every link of the documentation leads somewhere: to a file that is there, and to a heading that it has."""

from __future__ import annotations

import re
import unittest
from pathlib import Path

from manifests import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def text(page: Path) -> str:
    """Without what is quoted: code is no link."""
    return re.sub(r"```.*?```|`[^`\n]*`", lambda found: "`" * bool(found), page.read_text(), flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The names that headings have, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.*)$", re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


class LinkTests(unittest.TestCase):
    def test_links_lead_somewhere(self):
        for page in PAGES:
            for target in re.findall(r"\]\(([^)\s]+)\)", text(page)):
                if re.match(r"[a-z]+:", target):
                    continue
                path, _, anchor = target.partition("#")
                there = (page.parent / path).resolve() if path else page
                with self.subTest(page=page.relative_to(ROOT).as_posix(), link=target):
                    self.assertTrue(there.exists(), "there is no such file")
                    if anchor and there.suffix == ".md":
                        self.assertIn(anchor, anchors(there))

    def test_every_page_is_in_the_list_of_pages(self):
        listed = (ROOT / "docs/README.md").read_text()
        for page in (ROOT / "docs").glob("*.md"):
            if page.name != "README.md":
                with self.subTest(page=page.name):
                    self.assertIn(f"({page.name})", listed)

    def test_every_decision_is_in_the_list_of_decisions(self):
        listed = (ROOT / "docs/decisions/README.md").read_text()
        for page in (ROOT / "docs/decisions").glob("0*.md"):
            with self.subTest(page=page.name):
                self.assertIn(f"({page.name})", listed)


if __name__ == "__main__":
    unittest.main()
