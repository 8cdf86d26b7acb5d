"""Every command of the documentation is run by a test, and what is named in passing is there."""

from __future__ import annotations

import re
import sys
import unittest

from manifests import ROOT

sys.path.insert(0, str(ROOT / "Tests" / "Support"))

import documents  # noqa: E402
from documents import PAGES, commands, parts  # noqa: E402

#: Commands that no test runs, by page and heading, with the reason.
EXEMPT = {
    ("README.md", "Two commands"): "`make test` is what runs the tests; `make run` is tried by docs/local-mode.md",
    ("docs/simulation.md", ""): "they take minutes; SimulatorTests run the same campaigns with fewer seeds",
    ("docs/deploy.md", "A look at all of it"): "it takes a cluster; DoctorTest asks the same of the running product",
}

#: How tests take the commands of a page, or of a part of it: see Tests/Support/documents.py.
TAKEN = re.compile(r'\bcommands\(\s*"([^"]+)"(?:,\s*"([^"]*)")?\s*\)')


def taken() -> set[tuple[str, str | None]]:
    """The pages, and their parts, whose commands tests run."""
    found = set()
    for path in (ROOT / "Tests").rglob("*.py"):
        found |= {(match[1], match[2]) for match in TAKEN.finditer(path.read_text())}
    return found


def spans() -> list[tuple[str, str]]:
    """What is set as code in the sentences of each page."""
    return [(page, span) for page in PAGES for span in documents.spans(page)]


class CommandTests(unittest.TestCase):
    def test_each_is_run_by_a_test_or_excused(self):
        run = taken()
        for page in PAGES:
            for part in parts(page):
                with self.subTest(page=page, part=part):
                    is_run = (page, None) in run or (page, part) in run
                    if (page, part) in EXEMPT:
                        self.assertFalse(is_run, "it is run: it needs no excuse")
                    elif commands(page, part):
                        self.assertTrue(is_run, "no test takes these commands")

    def test_none_is_taken_or_excused_that_is_not_there(self):
        for page, part in [*taken(), *EXEMPT]:
            with self.subTest(page=page, part=part):
                self.assertTrue(commands(page, part))

    def test_commands_are_marked_as_such(self):
        for page in PAGES:
            for language in re.findall(r"^ *```(\w+)", (ROOT / page).read_text(), re.MULTILINE):
                with self.subTest(page=page, language=language):
                    self.assertNotIn(language, {"bash", "console", "shell", "zsh"}, "a command is marked `sh`")

    def test_targets_of_make_that_are_named_are_there(self):
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
        named = {
            target
            for _, span in spans()
            for target in re.findall(r"^(?:[A-Z_]+=(?:'[^']*'|\S+) )*make ([a-z-]+)", span)
        }
        self.assertGreater(len(named), 5)
        self.assertEqual(named - targets, set())

    def test_files_that_are_named_are_there(self):
        folders = "|".join(path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("."))
        for page, span in spans():
            # Some are patterns, or places in a column: `Tests/<Target>Tests`.
            for name in re.findall(rf"^((?:{folders})/[\w./+-]+)(?=[\s:]|$)", span):
                with self.subTest(page=page, file=name):
                    self.assertTrue((ROOT / name).exists())

    def test_variables_that_are_named_are_read_somewhere(self):
        places = [ROOT / name for name in ["scripts", "Sources", "Tests", "Benchmarks", "k8s", "services.yaml"]]
        files = [one for place in places for one in ([place] if place.is_file() else place.rglob("*")) if one.is_file()]
        text = "\n".join(one.read_text(errors="ignore") for one in files if "__pycache__" not in one.parts)
        read = set(re.findall(r"\bMAAS_[A-Z0-9_]+\b", text))
        for page in PAGES:
            named = set(re.findall(r"\bMAAS_[A-Z0-9_]+\b", (ROOT / page).read_text()))
            with self.subTest(page=page):
                self.assertEqual(named - read, set())


if __name__ == "__main__":
    unittest.main()
