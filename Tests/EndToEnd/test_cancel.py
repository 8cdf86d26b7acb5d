"""Cancelling, while a task waits and while it runs."""

from __future__ import annotations

import unittest

from product import ProductTestCase, eventually


class CancelTests(ProductTestCase):
    def test_a_running_task_leaves_nothing_behind(self):
        task = self.submit("never to be seen", steps=100)
        eventually("its generator runs", lambda: self.product.task(task)["stage"] == "denoising")
        self.assertTrue(self.product.processes_working_on(task))

        self.product.cancel(task)

        self.assertEqual(self.product.wait_for_state(task, "CANCELLED")["status"], "CANCELLED")
        eventually("its processes are gone", lambda: not self.product.processes_working_on(task), 90)
        eventually("its pods are gone", lambda: not self.cluster.pods(task), 90)
        # Both GPUs are free again: two tasks run at the same time.
        pair = [self.submit("afterwards", steps=100) for _ in range(2)]
        eventually("both run", lambda: all(self.product.task(one)["status"] == "RUNNING" for one in pair))

    def test_a_waiting_task_never_starts(self):
        running = [self.submit("in front", steps=100) for _ in range(2)]
        eventually("both run", lambda: all(self.product.task(one)["status"] == "RUNNING" for one in running))
        task = self.submit("never to begin")

        self.product.cancel(task)

        state = self.product.wait_for_state(task, "CANCELLED")
        self.assertIsNone(state["started_at"])
        for one in running:
            self.product.cancel(one)
        # By the end of one that came later, it would have begun.
        later = self.submit("behind", steps=2)
        self.product.wait_for_state(later, "COMPLETED")
        self.assertEqual(self.cluster.pods(task), [])
        self.assertEqual(self.product.task(task)["status"], "CANCELLED")

    def test_cancelling_again_changes_nothing(self):
        task = self.submit("twice", steps=100)
        self.product.cancel(task)
        ended = self.product.wait_for_state(task, "CANCELLED")
        self.product.cancel(task)
        self.assertEqual(self.product.task(task)["ended_at"], ended["ended_at"])


if __name__ == "__main__":
    unittest.main()
