"""What a generation writes can be read while it runs and when it is over, and by nobody else."""

import unittest
import urllib.error
import urllib.request

from product import ProductTestCase, eventually


class LogsTest(ProductTestCase):
    def logs(self, task: str, query: str = "", key: str | None = None):
        headers = {"Authorization": f"Bearer {key or self.product.key}"}
        request = urllib.request.Request(f"{self.product.url}/v1/tasks/{task}/logs{query}", headers=headers)
        return urllib.request.urlopen(request, timeout=60)

    def refusal(self, task: str, query: str = "") -> tuple[int, str]:
        with self.assertRaises(urllib.error.HTTPError) as refusal:
            self.logs(task, query)
        return refusal.exception.code, refusal.exception.read().decode()

    def test_a_follower_sees_the_output_grow_and_then_its_end(self):
        task = self.submit("a boat in the mist", steps=20, pace=0.4)
        lines, live = [], False
        with self.logs(task, "?follow=true") as stream:
            self.assertEqual(stream.headers["Content-Type"], "text/plain; charset=utf-8")
            for line in stream:
                lines.append(line.decode())
                live = live or self.product.task(task)["status"] == "RUNNING"
        self.assertTrue(live, "nothing was seen before the end")
        self.assertEqual(self.product.task(task)["status"], "COMPLETED")
        self.assertTrue(any("progress: " in line or "Generating" in line for line in lines), lines)
        # Whoever comes after the end reads the same.
        with self.logs(task) as answer:
            self.assertEqual(answer.read().decode(), "".join(lines))
        self.assertEqual(self.refusal(task, "?attempt=2")[0], 422)
        self.assertIn("from 1 to 1", self.refusal(task, "?attempt=2")[1])
        self.assertEqual(self.refusal(task, "?follow=perhaps")[0], 422)

    def test_the_output_of_a_cancelled_task_is_kept(self):
        task = self.submit("rain", steps=40, pace=0.5)
        eventually("there is output", lambda: self.logs(task).read())
        self.product.cancel(task)
        self.product.wait_for_state(task, "CANCELLED")
        self.assertTrue(self.logs(task).read())

    def test_an_id_that_is_not_ones_own_has_none(self):
        for task in "01jd0000000000000000000000", "nothing":
            status, body = self.refusal(task)
            self.assertEqual((status, "there is no such task" in body), (404, True))


if __name__ == "__main__":
    unittest.main()
