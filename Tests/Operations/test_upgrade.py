"""Every service is replaced while two hundred tasks pass through: nothing is lost, nothing is made twice."""

from __future__ import annotations

import threading
import time
import unittest

from installation import OperationsTestCase, shell
from product import eventually
from watchers import Follower, GPUWatcher

TASKS = 200
FOLLOWED = 40
#: Submissions a second while services are replaced.
RATE = 6


class Submitter(threading.Thread):
    """A user who goes on submitting. A request that finds nobody is sent again, with the same key, as clients do."""

    def __init__(self, installation, count: int):
        super().__init__(daemon=True)
        self.installation, self.count = installation, count
        self.tasks: list[str] = []
        self.fault: Exception | None = None

    def run(self):
        try:
            for number in range(self.count):
                self.tasks.append(self.installation.submit_quick(f"upgrade {number}", seconds=0.5))
                time.sleep(1 / RATE)
        except Exception as fault:  # noqa: BLE001
            self.fault = fault


class UpgradeTests(OperationsTestCase):
    limit = 1300

    def test_services_are_replaced_one_at_a_time_under_load(self):
        followed = [self.installation.submit_quick(f"followed {number}", seconds=0.5) for number in range(FOLLOWED)]
        with GPUWatcher(self.cluster) as gpus, Follower(self.installation, followed) as follower:
            submitter = Submitter(self.installation, TASKS - FOLLOWED)
            submitter.start()
            replicas = []
            for service in ["progress-relay", "api-gateway", "dispatcher"]:
                replicas.append(self.installation.start(service))
                self.addCleanup(replicas[-1].stop)
                self.installation.stop(service)
            submitter.join(300)
            self.assertIsNone(submitter.fault)
            tasks = followed + submitter.tasks
            self.assertEqual(len(set(tasks)), TASKS)
            ended = self.completed(tasks, 500)
            eventually("every end was told", lambda: len(follower.ended) == len(followed), 60)

        self.assertEqual({task["attempt"] for task in ended}, {1}, "none ran twice")
        self.assertEqual({len(gpus.jobs[task]) for task in tasks if task in gpus.jobs}, {1}, "one job a task")
        self.assertLessEqual(gpus.most, 8)
        self.assertEqual({follower.ended[task]["status"] for task in followed}, {"COMPLETED"}, "every end was told")
        self.assertGreater(follower.connections, 1, "the relay was replaced under the follower")
        self.assertEqual([replica.process.poll() for replica in replicas], [None] * 3)

        # And back: what `make up` starts takes over from the replicas.
        self.installation.up()
        self.assertEqual([replica.stop() for replica in replicas], [0, 0, 0], "each stops by itself, and says so")
        self.completed([self.installation.submit_quick("afterwards")])

    def test_an_old_version_works_over_the_schema_of_a_newer_one(self):
        # What a migration of a version to come may do: add, and be written down.
        self.query("ALTER TABLE tasks ADD COLUMN future text NOT NULL DEFAULT 'unknown'")
        self.addCleanup(self.query, "ALTER TABLE tasks DROP COLUMN future")
        self.query("INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, 'future', 'unknown')")
        self.addCleanup(self.query, "DELETE FROM schema_migrations WHERE version = 9999")

        for service in ["api-gateway", "dispatcher", "progress-relay"]:
            self.installation.stop(service)
            replica = self.installation.start(service)
            self.addCleanup(replica.stop)
            self.assertIn("the database is newer than this program", replica.log.read_text())
        self.completed([self.installation.submit_quick("over a newer schema")])

    def query(self, statement: str) -> None:
        shell(f'psql --quiet --command "{statement}" "$DATABASE_URL"')


if __name__ == "__main__":
    unittest.main()
