"""Keys and administration: the command beside the running product, and what they do to each other."""

import unittest

from product import APIError, Product, eventually, manage_keys


class AccessTests(unittest.TestCase):
    def setUp(self):
        self.product = Product()

    def command(self, *words: str, status: int = 0) -> str:
        done = manage_keys(*words)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    def status(self, key: str, method: str = "GET", path: str = "/v1/tasks") -> int:
        try:
            self.product.request(method, path, key=key)
        except APIError as error:
            return error.status
        return 200

    def test_a_key_is_made_used_and_ended_by_the_command(self):
        self.addCleanup(self.command, "revoke", "--user", "guest")
        key = self.command("create", "--user", "guest", "--name", "tv", "--scopes", "read", "--expires-in", "1h").strip()
        self.assertEqual(self.status(key), 200)
        self.assertEqual(self.status(key, "POST", "/v1/uploads"), 403)
        identifier, user, name, scopes, expires, _ = self.command("list", "--user", "guest").splitlines()[0].split("\t")
        self.assertEqual((user, name, scopes), ("guest", "tv", "read"))
        self.assertNotEqual(expires, "never")
        eventually("the use was noted", lambda: "never" not in self.command("list", "--user", "guest"), 60)

        # The gateway remembers a key for ten seconds after it was shown, and hears of this at once.
        fresh = self.command("create", "--user", "guest", "--name", "phone", "--scopes", "read").strip()
        rows = [line.split("\t") for line in self.command("list", "--user", "guest").splitlines()]
        self.assertEqual(self.status(fresh), 200)
        self.command("revoke", "--id", next(row[0] for row in rows if row[2] == "phone"))
        eventually("the key is refused", lambda: self.status(fresh) == 401, 5)

        self.command("revoke", "--id", identifier)
        eventually("the other one is refused", lambda: self.status(key) == 401, 60)
        self.command("revoke", "--id", identifier, status=1)
        self.command("create", "--user", "guest", "--scopes", "write", status=64)
        entries = self.product.request("GET", f"/v1/admin/audit?target={identifier}")["data"]
        self.assertEqual([entry["action"] for entry in entries], ["key.revoke", "key.create"])
        self.assertTrue(all(entry["actor"].startswith("command line: ") for entry in entries), entries)
        self.assertNotIn(key, str(entries))

    def test_a_pause_holds_up_what_waits_and_says_so(self):
        me = self.product.request("GET", "/v1/me")["user"]
        self.addCleanup(self.status, self.product.key, "DELETE", f"/v1/admin/pauses/user/{me}")
        self.product.request("POST", "/v1/admin/pauses", {"scope": "user", "target": me, "reason": "test"})
        task = self.product.submit("a paused boat")
        eventually("it says why it waits", lambda: self.product.task(task)["reason"] == "paused", 60)
        queue = self.product.request("GET", "/v1/admin/queue")
        self.assertGreater(queue["gpus"]["capacity"], 0)
        self.assertEqual([user["waiting"] for user in queue["users"] if user["user"] == me], [1])
        self.assertEqual(self.product.task(task)["status"], "QUEUED")
        self.status(self.product.key, "DELETE", f"/v1/admin/pauses/user/{me}")
        self.product.wait_for_state(task, "COMPLETED")


if __name__ == "__main__":
    unittest.main()
