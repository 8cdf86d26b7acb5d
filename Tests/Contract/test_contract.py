"""The gateway keeps the contract it publishes: schemathesis sends what openapi.yaml allows, and much that it does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "Support"))

from processes import stop  # noqa: E402

CONFIGURATION = os.environ.get("MAAS_CONFIGURATION", str(ROOT / "services.yaml"))


@unittest.skipUnless("MAAS_URL" in os.environ, "needs the product: make up, then source .maas/dev.env")
class ContractTest(unittest.TestCase):
    """Has a gateway of its own beside the product's: with no limit on requests, and with a user of its own."""

    limit = 1300

    def setUp(self):
        self.key = self.gateway("keys", "create", "--user", "contract").communicate()[0].strip()
        # A page is no part of the contract.
        limits = {"MAAS_USER_REQUESTS": "0", "MAAS_KEY_REQUESTS": "0", "MAAS_WAITING_LIMIT": "100000"}
        addresses = {"MAAS_GATEWAY_LISTEN": "127.0.0.1:0", "MAAS_GATEWAY_OPERATIONS": "127.0.0.1:0"}
        process = self.gateway(**addresses, **limits, MAAS_LOG_FORMAT="json")
        self.addCleanup(stop, process)
        log = []
        for line in process.stdout:
            log.append(line)
            entry = json.loads(line) if line.startswith("{") else {"message": line}
            if entry["message"] == "listening":
                self.url = "http://" + entry["address"]
            if entry["message"] == "ready":
                break
        else:
            self.fail(f"the gateway did not start: {log}")
        # What it logs must be taken: a full pipe would hold it up.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        self.addCleanup(self.cancel_everything)

    def gateway(self, *arguments: str, **settings: str) -> subprocess.Popen:
        command = 'set -a; . "$MAAS_HOME/services.env"; exec env "${@:3}" "$1" --config "$2" ' + " ".join(arguments)
        variables = [f"{name}={value}" for name, value in settings.items()]
        return subprocess.Popen(
            ["bash", "-c", command, "gateway", os.environ["MAAS_BIN"] + "/api-gateway", CONFIGURATION, *variables],
            stdout=subprocess.PIPE,
            stderr=None if arguments else subprocess.STDOUT,
            text=True,
        )

    def cancel_everything(self):
        request = urllib.request.Request(
            f"{self.url}/v1/tasks/cancel?status=QUEUED,RUNNING",
            headers={"Authorization": f"Bearer {self.key}"},
            method="POST",
        )
        urllib.request.urlopen(request, timeout=30).close()

    def test_every_answer_is_as_the_contract_says(self):
        with tempfile.TemporaryDirectory() as directory:
            done = subprocess.run(
                [
                    *(Path(sys.executable).with_name("schemathesis"), "--config-file", HERE / "schemathesis.toml"),
                    *("run", f"{self.url}/openapi.yaml", "--header", f"Authorization: Bearer {self.key}"),
                ],
                cwd=directory,  # Where it keeps what it remembers, so that every run is the same.
                env={**os.environ, "NO_COLOR": "1"},
                capture_output=True,
                text=True,
                timeout=1200,
            )
        self.assertEqual(done.returncode, 0, f"{done.stdout}\n{done.stderr}"[-20_000:])


if __name__ == "__main__":
    unittest.main()
