"""Ten tasks at once on a cluster of two GPUs."""

from __future__ import annotations

import unittest

from product import ProductTestCase, eventually
from watchers import Follower, GPUWatcher


class QueueTests(ProductTestCase):
    def test_ten_tasks_share_two_gpus_and_are_told_their_place(self):
        with GPUWatcher(self.cluster) as gpus:
            tasks = [self.submit(f"scene {number}") for number in range(10)]
            with Follower(self.product, tasks) as follower:
                for task in tasks:
                    self.assertEqual(self.product.wait_for_state(task, "COMPLETED", seconds=600)["attempt"], 1)
                eventually("every end was told", lambda: len(follower.ended) == len(tasks), 60)

        self.assertEqual(gpus.most, 2, "both GPUs were used, and never more")
        self.assertEqual(set(map(len, (gpus.jobs[task] for task in tasks))), {1}, "one job a task")
        for task in tasks:
            positions = follower.positions(task)
            self.assertEqual(positions, sorted(positions, reverse=True), "a place only moves forward")
            percents = follower.percents(task)
            self.assertEqual(percents, sorted(percents), "progress never falls")
            self.assertEqual(follower.ended[task]["status"], "COMPLETED")
        last = follower.positions(tasks[-1])
        self.assertGreater(len(last), 2, f"the last task saw the queue move, not {last}")

    def test_high_priority_goes_first(self):
        # Their GPUs come free one after the other, and so the next two start one after the other.
        running = [self.submit("in front", steps=steps) for steps in (40, 70)]
        for task in running:
            self.product.wait_for_state(task, "RUNNING")
        low = self.submit("can wait", priority="low")
        high = self.submit("cannot wait", priority="high")
        first, second = (self.product.wait_for_state(task, "COMPLETED", seconds=600) for task in (high, low))
        self.assertLess(first["started_at"], second["started_at"])


if __name__ == "__main__":
    unittest.main()
