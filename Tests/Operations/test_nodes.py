"""Nodes come and go."""

from __future__ import annotations

import unittest

from installation import OperationsTestCase, commands, shell
from product import eventually


class NodeTests(OperationsTestCase):
    def test_a_node_is_drained_and_its_tasks_run_elsewhere(self):
        # Long enough for a slow machine to drain the node meanwhile; cancelled in the end.
        tasks = [self.installation.submit_quick(f"drained {number}", seconds=120) for number in range(6)]
        self.addCleanup(lambda: [self.installation.cancel(task) for task in tasks])
        eventually("all run", lambda: sum(self.cluster.nodes_in_use().values()) == 6)
        there = {task for task in tasks if self.cluster.pods(task)[0]["spec"]["nodeName"] == "node-a"}
        self.assertIn(len(there), range(2, 5), "both nodes are used")
        self.addCleanup(shell, "kubectl uncordon node-a")

        drain, uncordon = commands("docs/operate.md", "A node is drained")
        shell(drain)

        eventually("the other node is full", lambda: self.cluster.nodes_in_use() == {"node-b": 4})
        eventually("nothing is lost", lambda: self.queued(there) == 2)
        shell(uncordon)
        eventually("the node is used again", lambda: self.cluster.nodes_in_use().get("node-a") == 2)
        for task in tasks:
            running = self.installation.wait_for_state(task, "RUNNING")
            self.assertEqual(running["attempt"], 2 if task in there else 1)

    def queued(self, tasks) -> int:
        return sum(self.installation.task(task)["status"] == "QUEUED" for task in tasks)

    def test_gpus_that_are_added_are_used_at_once(self):
        self.cluster.faults(unhealthy_gpus={"node-b": [0, 1, 2, 3]})
        tasks = [self.installation.submit_quick(f"more GPUs {number}", seconds=120) for number in range(8)]
        self.addCleanup(lambda: [self.installation.cancel(task) for task in tasks])
        eventually("the one node is full", lambda: self.cluster.nodes_in_use() == {"node-a": 4})
        eventually("the others wait", lambda: self.queued(tasks) == 4)

        self.cluster.faults()

        eventually("those of the other are used", lambda: self.cluster.nodes_in_use().get("node-b") == 4, 60)


if __name__ == "__main__":
    unittest.main()
