"""Two dispatchers, one of them frozen while it leads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import unittest
from pathlib import Path

from product import ProductTestCase, eventually

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Support"))

from processes import stop  # noqa: E402


class LeadershipTests(ProductTestCase):
    def test_a_leader_that_comes_back_from_a_freeze_harms_nothing(self):
        self.start_standby()
        leader = self.product.process_of("dispatcher")
        os.kill(leader, signal.SIGSTOP)
        self.addCleanup(os.kill, leader, signal.SIGCONT)

        tasks = [self.submit(f"after the freeze {number}", steps=80) for number in range(2)]
        for task in tasks:
            eventually("the standby runs it", lambda: self.product.task(task)["stage"] == "denoising", 90)
        os.kill(leader, signal.SIGCONT)
        states = [self.product.wait_for_state(task, "COMPLETED") for task in tasks]

        self.assertEqual([state["attempt"] for state in states], [1, 1])

    def start_standby(self):
        home = os.environ["MAAS_HOME"]
        # Everything as the first has it, but for the port.
        command = 'set -a; . "$0/services.env"; MAAS_DISPATCHER_LISTEN=127.0.0.1:0; exec "$1" --config "$2"'
        standby = subprocess.Popen(
            ["bash", "-c", command, home, os.environ["MAAS_BIN"] + "/dispatcher", str(ROOT / "services.yaml")],
            env={**os.environ, "MAAS_LOG_FORMAT": "json"},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(stop, standby)
        for line in standby.stderr:
            if '"message":"ready"' in line:
                break
        else:
            self.fail("the standby did not start")
        # What it logs must be taken: a full pipe would hold it up.
        threading.Thread(target=standby.stderr.read, daemon=True).start()


if __name__ == "__main__":
    unittest.main()
