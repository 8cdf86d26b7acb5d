"""Redis is lost with all that is in it."""

from __future__ import annotations

import shutil
import unittest

from installation import OperationsTestCase, shell
from product import eventually
from watchers import Follower


class LossTests(OperationsTestCase):
    def test_redis_is_lost_entirely(self):
        home = self.installation.home
        tasks = [self.installation.submit_quick(f"without Redis {number}", seconds=6) for number in range(16)]
        with Follower(self.installation, tasks) as follower:
            eventually("some run and some wait", lambda: len(self.cluster.nodes_in_use()) == 2)

            self.installation.stop("redis")
            shutil.rmtree(home / "redis")
            shell('scripts/backing-services up "$MAAS_HOME"')

            late = self.installation.submit_quick("after the loss")
            ended = self.completed([*tasks, late])
            eventually("every end was told", lambda: len(follower.ended) == len(tasks), 60)

        self.assertEqual({task["attempt"] for task in ended}, {1}, "none ran twice")


if __name__ == "__main__":
    unittest.main()
