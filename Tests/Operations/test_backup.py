"""A backup is a dump of the database and a copy of the bucket; another installation goes on from it."""

from __future__ import annotations

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from installation import ROOT, OperationsTestCase, Product, commands, settings, shell
from product import APIError

#: What an operator has made with `rclone config`.
RCLONE = """
export RCLONE_CONFIG=/dev/null RCLONE_CONFIG_STORE_TYPE=s3 RCLONE_CONFIG_STORE_PROVIDER=Other
export RCLONE_CONFIG_STORE_ENDPOINT=$S3_ENDPOINT
export RCLONE_CONFIG_STORE_ACCESS_KEY_ID=$S3_ACCESS_KEY RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY=$S3_SECRET_KEY
"""


class BackupTests(OperationsTestCase):
    def test_another_installation_goes_on_from_a_backup(self):
        # The page's own key is another one in each installation.
        self.installation.key = self.installation.make_key("keeper")
        done = self.completed([self.installation.submit_quick("kept")])[0]
        video = self.content(self.installation, done["task_id"])
        # These wait while the backup is made, and in it.
        self.installation.stop("dispatcher")
        waiting = [self.installation.submit_quick(f"waiting {number}", seconds=0) for number in range(3)]
        with tempfile.TemporaryDirectory() as backup:
            here = settings(self.installation.home)
            self.run_all(commands("docs/operate.md", "Backup"), backup, here)
            self.restore(backup, done["task_id"], video, waiting)

    def restore(self, backup: str, done: str, video: bytes, waiting: list[str]):
        home = self.installation.home.parent / "restored"
        place = {"MAAS_HOME": str(home), "MAAS_PORT": "0", "MAAS_SKIP_BUILD": "yes"}
        shell('scripts/down; rm -rf "$MAAS_HOME"; scripts/backing-services up "$MAAS_HOME"', **place)
        self.addCleanup(shell, "scripts/down", **place)
        there = dict(
            line.split("=", 1) for line in shell('. "$MAAS_HOME/env"; env -0', **place).split("\0") if "=" in line
        )
        there = {name: there[name] for name in there if name.startswith(("DATABASE_", "S3_", "REDIS_"))}
        self.run_all(commands("docs/operate.md", "Restore"), backup, there)
        shell("scripts/up", **place)

        restored = Product({**os.environ, **self.addresses(home), "MAAS_API_KEY": self.installation.key})
        self.assertEqual(restored.task(done)["status"], "COMPLETED", "the key and the task are known")
        self.assertEqual(self.content(restored, done), video)
        for task in waiting:
            self.assertEqual(restored.wait_for_state(task, "COMPLETED")["attempt"], 1, "what waited goes on")
        with self.assertRaises(APIError) as refusal:
            restored.request("GET", f"/v1/tasks/{done}", key="maas_" + "0" * 48)
        self.assertEqual(refusal.exception.status, 401)

    def run_all(self, scripts: list[str], backup: str, environment: dict[str, str]):
        """Runs the page's commands, for a backup in this folder."""
        tools = f"{ROOT}/.maas/venv/bin:{os.environ['PATH']}"
        for script in scripts:
            shell(RCLONE + script, **{**environment, "BACKUP": backup, "PATH": tools})

    def addresses(self, home: Path) -> dict[str, str]:
        lines = [line.removeprefix("export ") for line in (home / "dev.env").read_text().splitlines()]
        return {name: value.strip("'") for name, value in (line.split("=", 1) for line in lines)}

    def content(self, product: Product, task: str) -> bytes:
        # curl gives the key to our address only, and not to the one it is sent on to.
        command = [
            "curl",
            "-sSfL",
            "-H",
            f"Authorization: Bearer {product.key}",
            f"{product.url}/v1/tasks/{task}/content",
        ]
        return subprocess.run(command, capture_output=True, check=True).stdout


if __name__ == "__main__":
    unittest.main()
