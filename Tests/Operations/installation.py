"""An installation as its operator has it: processes that are replaced, a cluster with two nodes, data that is saved."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "Tests" / folder) for folder in ["EndToEnd", "Support"]]

from documents import commands  # noqa: E402, F401
from product import Cluster, Product, eventually  # noqa: E402

#: Tests stop and start what others would use meanwhile: they have an installation of their own, see scripts/test.
IS_THERE = "MAAS_OPERATIONS" in os.environ


def shell(script: str, **environment: str) -> str:
    """Runs a script in the repository's root; returns what it printed."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    if done.returncode:
        raise AssertionError(f"{script}\nended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def settings(home: Path) -> dict[str, str]:
    """What the services of an installation take from their environment."""
    lines = subprocess.run(
        ["bash", "-c", '. "$1/services.env"; env -0', "bash", str(home)],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    ).stdout
    return {**dict(line.split("=", 1) for line in lines.split("\0") if "=" in line)}


class Instance:
    """A process of a service that a test has started, as another replica."""

    def __init__(self, installation: Installation, service: str, number: int, **environment: str):
        self.service = service
        self.log = installation.home / "log" / f"{service}-{number}.log"
        command = [f"{installation.programs}/{service}", "--config", installation.configuration]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                env={**installation.environment, "MAAS_LOG_FORMAT": "json", **environment},
            )
        eventually(f"{service} is ready", self._is_ready, 120)

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"{self.service} has ended:\n{self.log.read_text()}")
        return '"message":"ready"' in self.log.read_text()

    def stop(self) -> int:
        """As a rolling upgrade does it; returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


class Installation(Product):
    """The product, with what its operator does to it."""

    def __init__(self):
        super().__init__()
        self.environment = {**os.environ, **settings(self.home)}
        self.programs = self.environment["MAAS_BIN"]
        self.configuration = os.environ["MAAS_CONFIGURATION"]
        self.instances = 1

    def start(self, service: str, **environment: str) -> Instance:
        """Another replica, where the first one listens or, of a service that has one address each, beside it."""
        self.instances += 1
        free = "127.0.0.1:0"
        return Instance(
            self,
            service,
            self.instances,
            MAAS_DISPATCHER_LISTEN=free,
            MAAS_GATEWAY_OPERATIONS=free,
            MAAS_RELAY_OPERATIONS=free,
            **environment,
        )

    def services(self, command: str) -> None:
        """One of `start_service`, `stop_service` and so on, for this installation."""
        shell(f"scripts=$PWD/scripts; . scripts/lib/messages.sh; . scripts/lib/services.sh; {command}")

    def make_key(self, user: str) -> str:
        """As an operator makes the first one."""
        command = [f"{self.programs}/api-gateway", "--config", self.configuration, "keys", "create", "--user", user]
        made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=self.environment)
        return re.search(r"maas_[\w-]+", made.stdout)[0]

    def stop(self, service: str) -> None:
        """SIGTERM to the one that `make up` has started, which is then not started again."""
        self.services(f"stop_service '{self.home}' {service}")

    def up(self) -> None:
        """Starts whatever of it does not run."""
        shell("scripts/up", MAAS_SKIP_BUILD="yes")

    def submit_quick(self, prompt: str, seconds: float = 1) -> str:
        task = {"template": "quick", "parameters": {"prompt": prompt, "seconds": seconds}}
        return self.request("POST", "/v1/tasks", task, Idempotency_Key=f"{prompt} {time.time_ns()}")["task_id"]


class NodesOf(Cluster):
    """The cluster with its nodes."""

    def nodes_in_use(self) -> dict[str, int]:
        """Running pods, by node."""
        found: dict[str, int] = {}
        for pod in self.pods():
            if pod.get("status", {}).get("phase") == "Running" and not pod["metadata"].get("deletionTimestamp"):
                node = pod["spec"]["nodeName"]
                found[node] = found.get(node, 0) + 1
        return found


@unittest.skipUnless(IS_THERE, "needs an installation of its own: MAAS_TESTS=operations make test")
class OperationsTestCase(unittest.TestCase):
    def setUp(self):
        self.installation = Installation()
        self.cluster = NodesOf()
        self.addCleanup(self.leave_as_found)

    def leave_as_found(self):
        self.cluster.faults()
        self.installation.up()

    def completed(self, tasks: list[str], seconds: float = 300) -> list[dict]:
        """The tasks, once all have ended well."""
        deadline = time.monotonic() + seconds
        return [
            self.installation.wait_for_state(task, "COMPLETED", seconds=max(1, deadline - time.monotonic()))
            for task in tasks
        ]
