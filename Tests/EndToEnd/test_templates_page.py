"""docs/templates.md, followed to the letter: its files are written where it says, its commands run as they stand."""

import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = Path("/tmp/maas-models")

sys.path.insert(0, str(ROOT / "Tests" / "Support"))

from documents import commands, parts  # noqa: E402


class TemplatesPageTests(unittest.TestCase):
    def test_a_model_in_ten_minutes(self):
        section = parts("docs/templates.md")["A model in ten minutes"]
        files = []
        for name, text in re.findall(r"^```\w+ title=(\S+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
            files.append(Path(name))
            files[-1].parent.mkdir(parents=True, exist_ok=True)
            files[-1].write_text(text)
        self.addCleanup(shutil.rmtree, PLACE, ignore_errors=True)
        self.assertEqual([file.suffix for file in files], [".py", ".yaml"])
        # The build is what the other tests run; the variables of their product are not this one's.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAAS_", "S3_"))}
        environment.update(MAAS_SKIP_BUILD="1", MAAS_BUILD=os.environ.get("MAAS_BUILD", "release"))
        self.addCleanup(
            subprocess.run,
            ["make", "down"],
            cwd=ROOT,
            env={**environment, "MAAS_HOME": str(PLACE / "home")},
            capture_output=True,
        )
        script = "\n".join(["set -euo pipefail", *commands("docs/templates.md", "A model in ten minutes")])
        done = subprocess.run(
            ["bash", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        self.assertEqual(done.returncode, 0, done.stdout[-1000:] + done.stderr[-2000:])
        self.assertIn('"COMPLETED"', done.stdout)
        self.assertIn("width=640\nheight=360\nnb_frames=49", done.stdout)
        label = json.loads(re.search(r"TAG:AIGC=(.*)", done.stdout)[1])
        self.assertEqual(label["Label"], "1")


if __name__ == "__main__":
    unittest.main()
