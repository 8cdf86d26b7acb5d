"""What docs/deploy.md and docs/operate.md tell a reader to run in a cluster, run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from manifests import ROOT, program

sys.path.insert(0, str(ROOT / "Tests" / "Support"))

from documents import commands  # noqa: E402

HERE = Path(__file__).resolve().parent


@unittest.skipUnless("DATABASE_URL" in os.environ, "needs PostgreSQL: scripts/backing-services")
class DocumentTests(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        gateway = Path(program("api-gateway")).parent
        self.environment = {
            **os.environ,
            # Its modules are those of the tests' Python.
            "PATH": f"{HERE / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "MAAS_APPLIED": f"{scratch.name}/applied.json",
            "MAAS_BIN": str(gateway),
            "MAAS_ROOT": str(ROOT),
            "MAAS_POD_REDIS_URL": "redis://pod:x@redis.example.com",
            "MAAS_EVENT_SECRET": "s" * 48,
        }

    def run_all(self, *scripts: str) -> str:
        """Runs them in one shell each; the addresses of the page's example stay in its own."""
        said = ""
        for script in scripts:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                cwd=ROOT,
                env=self.environment,
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual(done.returncode, 0, f"{script}\n{done.stdout}{done.stderr}")
            said += done.stdout
        return said

    def test_deploying_to_production_and_making_the_first_key(self):
        said = self.run_all(*commands("docs/deploy.md", "Steps"))
        self.assertRegex(said, r"maas_[\w-]{30,}")

    def test_a_small_cluster(self):
        self.run_all(*commands("docs/deploy.md", "A small cluster, for trying"))

    def test_upgrading_going_back_and_restarting(self):
        self.run_all(
            *commands("docs/deploy.md", "Steps")[:1],
            *commands("docs/operate.md", "Upgrading"),
            *commands("docs/operate.md", "Changing the configuration, templates, secrets"),
        )

    def test_what_is_not_there_is_noticed(self):
        done = subprocess.run(
            ["kubectl", "--namespace", "maas", "rollout", "status", "deployment/dispatcher"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertIn("there is no deployment/dispatcher", done.stderr)


if __name__ == "__main__":
    unittest.main()
