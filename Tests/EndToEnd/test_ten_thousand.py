"""Ten thousand submissions while the gateway, Redis and PostgreSQL are killed: what was accepted is there, once, and ends."""

from __future__ import annotations

import time
import unittest

from crowd import Crowd
from product import TERMINAL, ProductTestCase, eventually

#: Ends in about a second: of the ten thousand, as many run as there is time for.
SHORT = {"prompt": "one of many", "size": "832x480", "frames": 5, "steps": 1, "pace": 0}


class TenThousandTests(ProductTestCase):
    limit = 1300

    def test_what_is_accepted_exists_once_and_ends(self):
        crowd = Crowd(self.product.url, users=16, tasks=625)
        self.addCleanup(crowd.close)
        threads = crowd.submit(lambda number: {"template": "demo", "parameters": SHORT}, within=600)
        for service, after in [("api-gateway", 2_500), ("redis", 5_000), ("postgres", 7_500)]:
            eventually(f"{after} were accepted", lambda: crowd.count >= after or crowd.faults, 400)
            self.product.kill(service)
        for thread in threads:
            thread.join()
        self.assertEqual(crowd.faults, [])
        self.assertEqual(crowd.count, 10_000)

        # Some have run by themselves; the rest is ended by their users.
        for client in crowd.clients.values():
            client.request("POST", "/v1/tasks/cancel?status=QUEUED,RUNNING", deadline=time.monotonic() + 120)
        for name in crowd.clients:
            eventually("all have ended", lambda: not crowd.listed(name, "&status=QUEUED,RUNNING"), 300)
        ends: dict[str, int] = {}
        for name, accepted in crowd.accepted.items():
            tasks = crowd.listed(name)
            self.assertEqual(sorted(task["task_id"] for task in tasks), sorted(accepted), "each is there, and no other")
            self.assertEqual(len(set(accepted)), len(accepted), "no two keys share a task")
            for task in tasks:
                self.assertIn(task["status"], TERMINAL)
                self.assertNotEqual(task["status"], "FAILED", task["error"])
                ends[task["status"]] = ends.get(task["status"], 0) + 1
        self.assertGreater(ends.get("COMPLETED", 0), 0, "none ran, whatever was killed")


if __name__ == "__main__":
    unittest.main()
