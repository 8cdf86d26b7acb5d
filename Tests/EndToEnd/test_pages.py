"""What the pages tell a reader to type on one machine, typed: their commands as they stand, over the running product."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from product import ProductTestCase, eventually

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Support"))

from documents import PAGES, commands, spans  # noqa: E402

#: The reader stands in a clone, whose `.maas` is that of the product, and builds nothing that is built.
PREPARATION = """
set -euo pipefail
make() { command make --directory "$CLONE" "$@"; }
"""

#: Where the services' own programs are run by hand: see docs/local-mode.md.
AS_A_SERVICE = '. .maas/services.env; PATH="$MAAS_BIN:$PATH"\n'

#: A person who reads a stream of events presses Ctrl-C when it says that this was all.
UNTIL_THE_END = """
curl() {
    if [ "$1" != -N ]; then command curl "$@"; return; fi
    command curl --silent "$@" | sed '/^event: end/q' || true
}
"""


class PagesTest(ProductTestCase):
    def setUp(self):
        super().setUp()
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.place = Path(scratch.name)
        for name in ["services.yaml", "k8s", "web"]:
            (self.place / name).symlink_to(ROOT / name)
        (self.place / ".maas").symlink_to(self.product.home)

    def type(self, *scripts: str) -> str:
        """Types them into one shell; returns what was printed."""
        done = subprocess.run(
            ["bash", "-c", PREPARATION + "\n".join(scripts)],
            cwd=self.place,
            env={**os.environ, "CLONE": str(ROOT), "MAAS_SKIP_BUILD": "yes"},
            capture_output=True,
            text=True,
            timeout=600,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_a_minute_with_curl(self):
        said = self.type(UNTIL_THE_END, *commands("README.md", "A minute with curl"))
        self.assertRegex(said, r'"status":"(QUEUED|RUNNING)"')
        self.assertIn("event: end", said)
        self.assertIn("pytorchjob", said)
        self.assertEqual((self.place / "video.mp4").read_bytes()[4:8], b"ftyp")

    def test_metrics(self):
        said = self.type(*commands("docs/metrics.md"))
        self.assertEqual(re.findall(r'service="([a-z-]+)"', said), ["api-gateway", "dispatcher", "progress-relay"])

    def test_maasctl(self):
        said = self.type(*commands("docs/maasctl.md"))
        self.assertIn("COMPLETED", said)
        self.assertEqual((self.place / "heron.mp4").read_bytes()[4:8], b"ftyp")

    def test_programs_run_by_hand(self):
        said = self.type(*commands("docs/local-mode.md", "What is where"))
        self.assertRegex(said, r"(?m)^maas_\S+$")
        self.assertRegex(said, r"(?m)^ok +database")

    def test_everything_in_the_foreground_and_in_the_background(self):
        home = self.place / "home"
        # Each on its own: the first one stays, until Ctrl-C.
        in_front, *behind = commands("docs/local-mode.md", "")[0].splitlines()
        environment = {**os.environ, "MAAS_HOME": str(home), "MAAS_PORT": "0", "MAAS_SKIP_BUILD": "yes"}
        environment.pop("MAAS_CONFIGURATION", None)
        command = ["bash", "-c", f"exec {in_front.split('#')[0]}"]
        self.addCleanup(subprocess.run, ["scripts/down"], cwd=ROOT, env=environment, check=True)
        log = self.place / "log"
        with log.open("wb") as file:
            run = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=file, stderr=file, start_new_session=True
            )
        try:
            eventually("it follows the logs", lambda: "logs follow" in log.read_text() or run.poll() is not None, 300)
            self.assertRegex(log.read_text(), r"ready: .*http://127\.0\.0\.1:\d+")
        finally:
            os.killpg(run.pid, signal.SIGINT)
            run.wait(180)
        self.assertFalse(list((home / "run").glob("*.pid")), "all are stopped")
        for line in behind:
            subprocess.run(["bash", "-c", line], cwd=ROOT, env=environment, check=True, capture_output=True, timeout=300)
        self.assertFalse(list((home / "run").glob("*.pid")), "all are stopped again")
        shutil.rmtree(home / "postgres", ignore_errors=True)

    def test_keys(self):
        create, look, revoke = commands("docs/security.md", "Keys")[0].splitlines()
        key = self.type(AS_A_SERVICE, create).split()[-1]
        self.assertTrue(key.startswith("maas_"))
        listed = self.type(AS_A_SERVICE, look)
        newest = re.search(r"(?m)^(\S+)\t.*\tlaptop\t", listed)[1]
        self.type(AS_A_SERVICE, revoke.replace(" ID ", f" {newest} "))
        self.assertNotIn(newest, self.type(AS_A_SERVICE, look))

    def test_the_first_administrator(self):
        key = self.type(AS_A_SERVICE, *commands("docs/administration.md")).split()[-1]
        self.assertIn("data", self.product.request("GET", "/v1/admin/users", key=key))

    def test_what_sentences_ask_of_the_cluster(self):
        """What the local cluster has no kinds for is checked against the manifests: Tests/Deployment/test_kubectl.py."""
        served = re.compile(r"kubectl (--namespace \S+ )?(get|describe) (pods?|nodes|events|pytorchjobs)\b")
        asked = sorted({span for page in PAGES for span in spans(page) if served.match(span)})
        self.assertGreater(len(asked), 4)
        for command in asked:
            with self.subTest(command=command):
                said = self.type(". .maas/dev.env", command)
                if "custom-columns" in command:
                    self.assertRegex(said.splitlines()[0], r"^[A-Z]+( +[A-Z]+)+$")
                if "CORDONED" in command:
                    # Only a node that was cordoned has something to say of it.
                    self.assertRegex(said.splitlines()[1], r"^\S+ +\d+ +(<none>|true)$")

    def test_a_webhook_endpoint(self):
        endpoint = json.loads(self.type(". .maas/dev.env", *commands("docs/webhooks.md")))
        self.product.request("DELETE", f"/v1/webhook_endpoints/{endpoint['id']}")
        self.assertTrue(endpoint["signing_secret"])

    def test_misbehaviour_on_demand(self):
        [lose] = commands("docs/local-cluster.md")
        self.addCleanup(self.type, lose.replace('{"lost_nodes": ["local"]}', "{}"))
        self.type(lose)
        eventually("the node is lost", lambda: "Unknown" in self.type("kubectl get nodes -o json"), 60)


if __name__ == "__main__":
    unittest.main()
