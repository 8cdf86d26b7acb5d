"""kill -9 of everything, one at a time, while ten tasks are on their way."""

from __future__ import annotations

import unittest

from product import ProductTestCase, eventually
from watchers import Follower, GPUWatcher


class SurvivalTests(ProductTestCase):
    def test_every_task_completes_once_whatever_is_killed(self):
        with GPUWatcher(self.cluster) as gpus:
            tasks = [self.submit(f"scene {number}") for number in range(10)]
            with Follower(self.product, tasks) as follower:
                for number, service in enumerate(["dispatcher", "progress-relay", "api-gateway", "redis", "dispatcher"]):
                    # In the middle of a generation each time: another task has begun since the last blow.
                    self.product.wait_for_state(tasks[number], "RUNNING", "COMPLETED")
                    self.product.kill(service)
                states = [self.product.wait_for_state(task, "COMPLETED", seconds=600) for task in tasks]
                eventually("every end was told", lambda: len(follower.ended) == len(tasks), 60)
        # The report of a relay that was killed is written by its successor, even if the dispatcher has settled the end.
        eventually("every result is whole", lambda: all(self.product.task(task)["result"]["sha256"] for task in tasks), 60)

        self.assertEqual({state["attempt"] for state in states}, {1}, "none ran twice")
        self.assertEqual(set(map(len, (gpus.jobs[task] for task in tasks))), {1}, "one job a task")
        self.assertEqual(gpus.most, 2, "both GPUs were used, and never more")
        self.assertEqual({follower.ended[task]["status"] for task in tasks}, {"COMPLETED"}, "every end was told")
        for task, end in follower.ended.items():
            self.assertEqual(end["result"]["size"], self.product.task(task)["result"]["size"], "as REST shows it")
        self.assertGreater(follower.connections, 1, "the relay was killed under the follower")

    def test_a_killed_cluster_costs_an_attempt_and_no_task(self):
        tasks = [self.submit(f"node lost {number}", steps=60) for number in range(3)]
        for task in tasks[:2]:
            eventually("its generator runs", lambda: self.product.task(task)["stage"] == "denoising")
        self.product.kill("local-cluster")

        states = [self.product.wait_for_state(task, "COMPLETED", seconds=300) for task in tasks]

        self.assertEqual([state["attempt"] for state in states], [2, 2, 1])
        self.assertTrue(all(self.product.processes_working_on(task) == [] for task in tasks))


if __name__ == "__main__":
    unittest.main()
