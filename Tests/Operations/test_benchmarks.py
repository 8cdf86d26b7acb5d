"""Benchmarks empty tables: not those of anybody's installation."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from installation import shell

#: As each of Benchmarks/*/run begins; prints the home that it would use.
BEGINNING = """
scripts=$PWD/scripts
. "$scripts/lib/messages.sh"
. "$scripts/lib/benchmarks.sh"
. "$scripts/lib/product.sh"
echo "$MAAS_HOME $home"
"""


class BenchmarkTests(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.installation = Path(scratch.name, "installation")
        (self.installation / "postgres").mkdir(parents=True)
        self.own = Path(scratch.name, "own")

    def begin(self, home: Path) -> str:
        return shell(BEGINNING, MAAS_HOME=str(self.installation), MAAS_BENCH_HOME=str(home)).strip()

    def test_the_home_of_a_shell_that_has_sourced_dev_env_is_not_used(self):
        for _ in ["new", "used before"]:
            self.assertEqual(self.begin(self.own), f"{self.own} {self.own}")

    def test_a_home_that_they_have_not_made_is_refused(self):
        with self.assertRaisesRegex(AssertionError, "was not made by the benchmarks"):
            self.begin(self.installation)
        self.assertEqual([path.name for path in self.installation.iterdir()], ["postgres"])


if __name__ == "__main__":
    unittest.main()
