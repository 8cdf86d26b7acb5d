"""The secret under which pods speak is changed while they run."""

from __future__ import annotations

import secrets
import unittest

from installation import OperationsTestCase

SERVICES = ["progress-relay", "api-gateway", "dispatcher"]


class SecretTests(OperationsTestCase):
    def test_no_running_task_loses_its_word(self):
        old, new = self.installation.environment["MAAS_EVENT_SECRET"], secrets.token_hex(24)
        before = [self.installation.submit_quick(f"under the old secret {number}", seconds=20) for number in range(4)]
        for task in before:
            self.installation.wait_for_state(task, "RUNNING")

        # The steps of docs/security.md: each takes what another one makes, then all make new ones.
        replicas = {service: None for service in SERVICES}
        for secret, previous in [(old, new), (new, old)]:
            for service in SERVICES:
                replica = self.installation.start(
                    service, MAAS_EVENT_SECRET=secret, MAAS_PREVIOUS_EVENT_SECRET=previous
                )
                self.addCleanup(replica.stop)
                if replicas[service]:
                    self.assertEqual(replicas[service].stop(), 0)
                else:
                    self.installation.stop(service)
                replicas[service] = replica
        after = self.installation.submit_quick("under the new secret")

        for task in self.completed([*before, after]):
            self.assertEqual(task["attempt"], 1)
            # Only the pod's final event has it: without that the dispatcher finds a file, and cannot say this of it.
            self.assertRegex(task["result"]["sha256"] or "no word", r"^[0-9a-f]{64}$")
        self.assertIsNone(replicas["dispatcher"].process.poll())


if __name__ == "__main__":
    unittest.main()
