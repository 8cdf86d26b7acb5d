"""scripts/cluster-secrets prints Secrets that hold what they should, or none."""

from __future__ import annotations

import base64
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

from manifests import ROOT

GIVEN = {
    "DATABASE_URL": "postgres://maas:x@db.example.com/maas",
    "REDIS_URL": "redis://maas:x@redis.example.com",
    "MAAS_POD_REDIS_URL": "redis://pod:x@redis.example.com",
    "S3_ACCESS_KEY": "k" * 100,  # longer than a line of base64
    "S3_SECRET_KEY": "two\nlines",
}


def run(path: str = os.environ["PATH"]) -> subprocess.CompletedProcess:
    return subprocess.run(
        [ROOT / "scripts/cluster-secrets", "production"],
        env={**os.environ, **GIVEN, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


class ClusterSecretTests(unittest.TestCase):
    def test_they_hold_what_was_given(self):
        made = yaml.safe_load_all(run().stdout)
        held = {base64.b64decode(value).decode() for one in made for value in one["data"].values()}
        self.assertLessEqual(set(GIVEN.values()), held)

    def test_none_is_printed_when_it_cannot_be_encoded(self):
        done = self.run_without("base64")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "")

    def test_a_random_one_that_cannot_be_made_is_not_printed(self):
        done = self.run_without("od")
        self.assertNotEqual(done.returncode, 0)
        self.assertNotIn("maas-events", done.stdout)
        self.assertIn("the Secret maas-events would have an empty secret", done.stderr)

    def run_without(self, program: str) -> subprocess.CompletedProcess:
        """As where this program fails."""
        with tempfile.TemporaryDirectory() as folder:
            failing = Path(folder) / program
            failing.write_text("#!/bin/sh\nexit 1\n")
            failing.chmod(0o755)
            return run(f"{folder}:{os.environ['PATH']}")


if __name__ == "__main__":
    unittest.main()
