"""What goes on while a test waits: GPUs in use and jobs made, and what a user is told."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import defaultdict

from product import Cluster, Product, gpus_of
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect


class Watcher:
    """A thread for the length of a `with` block. What goes wrong in it is raised at the end of the block."""

    def __enter__(self):
        self._stop = threading.Event()
        self._fault: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(30)
        if self._fault:
            raise self._fault

    def _run(self):
        try:
            self.watch()
        except Exception as fault:  # noqa: BLE001: carried over to the thread of the test
            self._fault = fault


class GPUWatcher(Watcher):
    """Looks five times a second at how many GPUs running pods hold, and which jobs there have ever been."""

    def __init__(self, cluster: Cluster):
        self.cluster = cluster
        self.most = 0
        self.jobs: dict[str, set[str]] = defaultdict(set)

    def watch(self):
        while not self._stop.wait(0.2):
            running = [pod for pod in self.cluster.pods() if pod.get("status", {}).get("phase") == "Running"]
            self.most = max(self.most, sum(map(gpus_of, running)))
            for job in self.cluster.jobs():
                self.jobs[job["metadata"]["labels"]["maas.dev/task"]].add(job["metadata"]["name"])


class Follower(Watcher):
    """A user's WebSocket: follows tasks, comes back after a break with what it saw last, and keeps every event."""

    def __init__(self, product: Product, tasks: list[str]):
        self.product = product
        self.tasks = tasks
        self.events: dict[str, list[dict]] = defaultdict(list)
        self.ended: dict[str, dict] = {}
        self.connections = 0
        self._epoch: str | None = None
        self._seen: dict[str, int] = {}

    def positions(self, task_id: str) -> list[int]:
        """The places in the queue the task was told, in order, without repetitions."""
        told: list[int] = []
        for data in self.events[task_id]:
            position = data.get("position")
            if position and data.get("status", "QUEUED") == "QUEUED" and told[-1:] != [position]:
                told.append(position)
        return told

    def percents(self, task_id: str) -> list[float]:
        return [data["percent"] for data in self.events[task_id] if data.get("percent") is not None]

    def watch(self):
        while not self._stop.is_set() and len(self.ended) < len(self.tasks):
            try:
                self._follow()
            except (ConnectionClosed, InvalidHandshake, OSError):
                time.sleep(random.uniform(0.1, 0.5))

    def _follow(self):
        ticket = self.product.ticket()
        protocols = ["progress.v1", f"ticket.{ticket['ticket']}"]
        with connect(ticket["url"], subprotocols=protocols, open_timeout=10) as socket:
            self.connections += 1
            self._receive(socket, socket.recv(timeout=10))
            for task in self.tasks:
                if task in self.ended:
                    continue
                request = {"op": "subscribe", "task": task}
                if task in self._seen:
                    request["from"] = {"epoch": self._epoch, "seq": self._seen[task]}
                socket.send(json.dumps(request))
            while not self._stop.is_set() and len(self.ended) < len(self.tasks):
                try:
                    self._receive(socket, socket.recv(timeout=1))
                except TimeoutError:
                    continue

    def _receive(self, socket, frame: str):
        messages = json.loads(frame)
        for message in messages if isinstance(messages, list) else [messages]:
            match message["t"]:
                case "hello":
                    if message["epoch"] != self._epoch:
                        self._seen.clear()
                    self._epoch = message["epoch"]
                case "ping":
                    socket.send('{"op":"pong"}')
                case "sub" if message["mode"] != "resumed":
                    self._seen.pop(message["task"], None)
                    if data := message.get("data"):
                        self._keep(message["task"], message["seq"], data)
                case "ev":
                    self._keep(message["task"], message["seq"], message["data"])
                case "reset":
                    self._seen.pop(message["task"], None)
                case "end":
                    self.ended[message["task"]] = message

    def _keep(self, task: str, seq: int, data: dict):
        if seq > self._seen.get(task, -1):
            self._seen[task] = seq
            self.events[task].append(data)
