"""What the documents have their readers ask of Prometheus and PostgreSQL can be asked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from expressions import PROMTOOL, faults, metrics_in
from manifests import ROOT

sys.path.insert(0, str(ROOT / "Tests" / "Support"))

from documents import PAGES, SPAN  # noqa: E402

MIGRATIONS = sorted((ROOT / "Sources/MaaSControl/TaskStore/Schema/Migrations").glob("*.sql"))

needs_database = unittest.skipUnless("DATABASE_URL" in os.environ, "needs a PostgreSQL: scripts/backing-services")


def spans() -> list[str]:
    """What stands as code in a sentence of a page."""
    return [span for page in PAGES for span in SPAN.findall((ROOT / page).read_text())]


class QueryTests(unittest.TestCase):
    def test_prometheus_can_be_asked(self):
        # A metric's name alone is no question.
        asked = {span for span in spans() if metrics_in(span) and re.search(r"[({]", span)}
        self.assertGreater(len(asked), 1)
        for expression in asked:
            with self.subTest(expression=expression), tempfile.TemporaryDirectory() as folder:
                rules = Path(folder) / "rules.json"  # JSON is YAML.
                rules.write_text(json.dumps({"groups": [{"name": "a", "rules": [{"record": "a", "expr": expression}]}]}))
                done = subprocess.run([PROMTOOL, "check", "rules", rules], capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertEqual(faults(expression), set())

    def test_every_metric_that_is_named_is_there(self):
        # A name may be cut off: `maas_relay_*`.
        named = {span for span in spans() if metrics_in(span) and "*" not in span}
        self.assertGreater(len(named), 5)
        for span in named:
            with self.subTest(span=span):
                self.assertEqual(faults(span), set())

    @needs_database
    def test_the_database_can_be_asked(self):
        queries = {span for span in spans() if span.startswith("SELECT ")}
        self.assertGreater(len(queries), 2)
        for query in queries:
            with self.subTest(query=query):
                self.assertEqual(self.ask(query), (0, ""))

    @needs_database
    def test_what_the_database_does_not_know_is_found(self):
        status, said = self.ask("SELECT worst_error FROM webhook_deliveries")
        self.assertEqual(status, 3)
        self.assertIn("worst_error", said)

    def ask(self, query: str) -> tuple[int, str]:
        """Asks a schema of the newest version, of which nothing is left."""
        script = "\n".join([
            "BEGIN; CREATE SCHEMA documents; SET LOCAL search_path TO documents;",
            *(path.read_text() for path in MIGRATIONS),
            f"{query};",
            "ROLLBACK;",
        ])
        done = subprocess.run(
            ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--output", "/dev/null", os.environ["DATABASE_URL"]],
            input=f"SET client_min_messages TO warning;\n{script}",
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr


if __name__ == "__main__":
    unittest.main()
