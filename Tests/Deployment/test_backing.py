"""The Redis and the S3 of the local overlay, started here with the arguments and the Secrets that they have there."""

from __future__ import annotations

import base64
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import yaml

from manifests import ROOT, overlay

sys.path.insert(0, str(ROOT / "Tests" / "Support"))

from ports import free_port  # noqa: E402

RCLONE = ROOT / ".maas/venv/bin/rclone"


class BackingTests(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        made = subprocess.run([ROOT / "scripts/cluster-secrets", "local"], capture_output=True, text=True, check=True)
        self.secrets = {
            one["metadata"]["name"]: {key: base64.b64decode(value).decode() for key, value in one["data"].items()}
            for one in yaml.safe_load_all(made.stdout)
        }

    def start(
        self, name: str, port: int, *replacements: tuple[str, str], program: str = "", more: list[str] | None = None
    ) -> None:
        """The container of a StatefulSet, with places of this machine in place of its own."""
        container = overlay("local").one("StatefulSet", name)["spec"]["template"]["spec"]["containers"][0]
        environment = {"PATH": os.environ["PATH"]}
        for variable in container.get("env", []):
            reference = variable.get("valueFrom", {}).get("secretKeyRef")
            environment[variable["name"]] = (
                self.secrets[reference["name"]][reference["key"]] if reference else variable["value"]
            )
        command = [*([program] if program else []), *container["args"], *(more or [])]
        command = [re.sub(r"\$\((\w+)\)", lambda found: environment[found[1]], word) for word in command]
        for place, here in replacements:
            self.assertTrue(any(place in word for word in command), f"{place} is not in {command}")
            command = [word.replace(place, here) for word in command]
        log = (self.folder / f"{name}.log").open("wb")
        self.addCleanup(log.close)
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                return socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.05)
        self.fail((self.folder / f"{name}.log").read_text())

    def redis(self, url: str, *command: str) -> str:
        address = url.replace("redis.maas.svc:6379", f"127.0.0.1:{self.port}")
        done = subprocess.run(
            ["redis-cli", "-u", address, "--no-auth-warning", *command], capture_output=True, text=True, check=False
        )
        return (done.stdout + done.stderr).strip()

    def test_redis_lets_pods_add_events_and_nothing_else(self):
        self.port = free_port()
        users = self.folder / "users.acl"
        users.write_text(self.secrets["maas-redis"]["users.acl"])
        places = [("/etc/redis/users.acl", str(users)), ("/data", str(self.folder))]
        self.start("redis", self.port, *places, more=["--port", str(self.port)])
        services, pods = self.secrets["maas-redis"]["url"], self.secrets["maas-redis"]["pod-url"]

        self.assertEqual(self.redis(services, "SET", "x", "1"), "OK")
        self.assertRegex(self.redis(pods, "XADD", "maas:events:0", "*", "a", "b"), r"^\d+-0$")
        # In another database, for which the URL makes a client send SELECT.
        self.assertRegex(self.redis(f"{pods}/1", "XADD", "maas:events:0", "*", "a", "b"), r"^\d+-0$")
        for command in [
            ["XADD", "maas:events", "*", "a", "b"],
            ["XADD", "maas:tasks", "*", "a", "b"],
            ["XRANGE", "maas:events:0", "-", "+"],
            ["GET", "x"],
            ["KEYS", "*"],
            ["FLUSHALL"],
            ["ACL", "LIST"],
            ["PUBLISH", "c", "m"],
        ]:
            for url in [pods, f"{pods}/1"]:
                with self.subTest(command=command, url=url):
                    self.assertIn("NOPERM", self.redis(url, *command))
        self.assertIn("NOAUTH", self.redis("redis://redis.maas.svc:6379", "PING"))

    def test_s3_serves_a_bucket_to_whoever_has_the_keys(self):
        port = free_port()
        (self.folder / "data/maas").mkdir(parents=True)
        self.start("s3", port, (":9000", f"127.0.0.1:{port}"), ("/data", f"{self.folder}/data"), program=str(RCLONE))
        keys = self.secrets["maas-object-store"]
        for secret, status in [(keys["secret-key"], "200"), ("wrong", "403")]:
            signed = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--aws-sigv4", "aws:amz:us-east-1:s3"]
            answer = subprocess.run(
                [*signed, "--user", f"{keys['access-key']}:{secret}", f"http://127.0.0.1:{port}/maas?list-type=2"],
                capture_output=True,
                text=True,
                check=True,
            )
            self.assertEqual(answer.stdout, status)


if __name__ == "__main__":
    unittest.main()
