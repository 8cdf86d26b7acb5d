"""The running product as its users and its operator see it: the REST interface, the cluster, the processes."""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import ssl
import subprocess
import time
import unittest
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

TERMINAL = {"COMPLETED", "FAILED", "CANCELLED"}

#: Small and quick, but long enough to be watched and interrupted: about four seconds of work.
QUICK = {"size": "832x480", "frames": 17, "steps": 10, "pace": 0.3}


class APIError(Exception):
    def __init__(self, status: int, body: dict):
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


def eventually(what: str, check, seconds: float = 120):
    """Asks `check` again until it returns something true, which is returned."""
    deadline = time.monotonic() + seconds
    while not (answer := check()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.1)
    return answer


def manage_keys(*words: str) -> subprocess.CompletedProcess:
    """`api-gateway keys …`, as an operator runs it: with the environment of the services, and with no key."""
    command = 'set -a; . "$MAAS_HOME/services.env"; exec "$MAAS_BIN/api-gateway" --config "$0" keys "$@"'
    return subprocess.run(
        ["bash", "-c", command, ROOT / "services.yaml", *words], capture_output=True, text=True, timeout=120
    )


def make_key(user: str, *words: str) -> str:
    """A key for a user, as an operator makes one."""
    made = manage_keys("create", "--user", user, *words)
    made.check_returncode()
    return made.stdout.strip()


class Product:
    """Knows what `make up` wrote into dev.env."""

    def __init__(self, settings: Mapping[str, str] = os.environ):
        self.url = settings["MAAS_URL"]
        self.key = settings["MAAS_API_KEY"]
        self.home = Path(settings["MAAS_HOME"])

    def request(self, method: str, path: str, body: dict | None = None, *, key: str | None = None, **headers: str) -> dict:
        """One request. A service that was just killed is back in a moment: what cannot connect is tried again."""
        data = None if body is None else json.dumps(body).encode()
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if data is not None:
            headers.setdefault("Content-Type", "application/json")
        headers["Authorization"] = f"Bearer {key or self.key}"
        deadline = time.monotonic() + 60
        while True:
            request = urllib.request.Request(self.url + path, data, headers, method=method)
            try:
                with urllib.request.urlopen(request, timeout=15) as response:
                    text = response.read()
                    return json.loads(text) if text else {}
            except urllib.error.HTTPError as error:
                text = error.read()
                if error.code != 503 or time.monotonic() > deadline:
                    raise APIError(error.code, json.loads(text) if text else {}) from None
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.2)

    def submit(self, prompt: str, priority: str = "normal", **parameters) -> str:
        task = {"template": "demo", "parameters": {**QUICK, "prompt": prompt, **parameters}, "priority": priority}
        return self.request("POST", "/v1/tasks", task, Idempotency_Key=secrets.token_hex(16))["task_id"]

    def task(self, task_id: str) -> dict:
        return self.request("GET", f"/v1/tasks/{task_id}")

    def cancel(self, task_id: str) -> dict:
        return self.request("POST", f"/v1/tasks/{task_id}/cancel")

    def ticket(self) -> dict:
        return self.request("POST", "/v1/events/tickets")

    def wait_for_state(self, task_id: str, *states: str, seconds: float = 300) -> dict:
        """The task as soon as it is in one of the states."""

        def check():
            task = self.task(task_id)
            if task["status"] in TERMINAL and task["status"] not in states:
                raise AssertionError(f"{task_id} is {task['status']}, not {' or '.join(states)}: {task['error']}")
            return task if task["status"] in states else None

        return eventually(f"{task_id} is {' or '.join(states)}", check, seconds)

    def process_of(self, service: str) -> int | None:
        try:
            return int((self.home / "run" / f"{service}.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def kill(self, service: str) -> None:
        """kill -9, and waits until its supervisor has put another in its place."""
        process = self.process_of(service)
        os.kill(process, signal.SIGKILL)
        eventually(f"{service} is back", lambda: self.process_of(service) not in (None, process), 60)

    def processes_working_on(self, task_id: str) -> list[int]:
        """Processes of this machine that run for the task: its pods have the id in their environment."""
        mark = f"MAAS_TASK_ID={task_id}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
            except OSError:
                continue
        return found


class Cluster:
    """The Kubernetes API of the cluster, with the kubeconfig's own certificate and token."""

    def __init__(self):
        view = subprocess.run(["kubectl", "config", "view", "--raw", "--output", "json"], capture_output=True, check=True)
        config = json.loads(view.stdout)
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        self.server = cluster["server"]
        self.token = user["token"]
        self.context = ssl.create_default_context(cadata=authority)

    def request(self, method: str, path: str, body: dict | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.server}/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=15, context=self.context) as response:
            return json.load(response)

    def list(self, path: str) -> list[dict]:
        return self.request("GET", path)["items"]

    def faults(self, **faults) -> None:
        """Misbehaviour, see docs/local-cluster.md."""
        self.request("PUT", "debug/faults", faults)

    def pods(self, task_id: str | None = None) -> list[dict]:
        pods = self.list("api/v1/namespaces/maas/pods")
        return [pod for pod in pods if task_id in (None, pod["metadata"]["labels"].get("maas.dev/task"))]

    def jobs(self) -> list[dict]:
        return self.list("apis/kubeflow.org/v1/namespaces/maas/pytorchjobs")


def gpus_of(pod: dict) -> int:
    """How many GPUs the pod's containers may use."""
    containers = pod["spec"]["containers"]
    return sum(int(one.get("resources", {}).get("limits", {}).get("nvidia.com/gpu", 0)) for one in containers)


@unittest.skipUnless("MAAS_URL" in os.environ, "needs the product: make up, then source .maas/dev.env")
class ProductTestCase(unittest.TestCase):
    """A test against the running product; whatever it submitted is cancelled in the end."""

    def setUp(self):
        self.product = Product()
        self.cluster = Cluster()
        self.submitted: list[str] = []
        self.addCleanup(self.cancel_what_is_left)

    def submit(self, prompt: str, **parameters) -> str:
        task_id = self.product.submit(prompt, **parameters)
        self.submitted.append(task_id)
        return task_id

    def cancel_what_is_left(self):
        for task_id in self.submitted:
            if self.product.task(task_id)["status"] not in TERMINAL:
                self.product.cancel(task_id)
