"""Many clients that submit at once and do not give up, each task under a key of its own."""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from product import make_key


class Client:
    """One connection that is kept, and made again when it breaks."""

    def __init__(self, url: str, key: str):
        self.address = urlsplit(url).netloc
        self.key = key
        self.connection: http.client.HTTPConnection | None = None

    def request(self, method: str, path: str, body: dict | None = None, deadline: float = 0, **headers: str) -> dict:
        """The answer, whatever is away for a while. Only safe for what may be sent twice."""
        data = None if body is None else json.dumps(body)
        headers |= {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        while True:
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection(self.address, timeout=15)
                self.connection.request(method, path, data, headers)
                response = self.connection.getresponse()
                text = response.read()
                if response.status < 300:
                    return json.loads(text)
                if response.status not in (429, 502, 503):
                    raise AssertionError(f"{method} {path}: {response.status} {text!r}")
            except (OSError, http.client.HTTPException):
                self.close()
            if time.monotonic() > deadline:
                raise AssertionError(f"{method} {path}: no answer in time")
            time.sleep(0.1)

    def close(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None


class Crowd:
    """`users` users submit `tasks` tasks each, all at once."""

    def __init__(self, url: str, users: int, tasks: int):
        self.tasks = tasks
        names = [f"crowd-{number}-{os.getpid()}" for number in range(users)]
        self.clients = {name: Client(url, make_key(name)) for name in names}
        #: The ids that were answered, by user.
        self.accepted: dict[str, list[str]] = {name: [] for name in names}
        self.faults: list[BaseException] = []

    @property
    def count(self) -> int:
        return sum(map(len, self.accepted.values()))

    def submit(self, body: Callable[[int], dict], within: float) -> list[threading.Thread]:
        """Begins; returns the threads that work at it."""
        deadline = time.monotonic() + within
        threads = [threading.Thread(target=self._submit, args=(name, body, deadline)) for name in self.clients]
        for thread in threads:
            thread.start()
        return threads

    def _submit(self, name: str, body: Callable[[int], dict], deadline: float) -> None:
        try:
            for number in range(self.tasks):
                key = {"Idempotency-Key": f"{name}-{number}"}
                answer = self.clients[name].request("POST", "/v1/tasks", body(number), deadline, **key)
                self.accepted[name].append(answer["task_id"])
        except BaseException as fault:  # noqa: BLE001: for the thread of the test
            self.faults.append(fault)

    def close(self) -> None:
        for client in self.clients.values():
            client.close()

    def listed(self, name: str, query: str = "") -> list[dict]:
        """All of a user's tasks, page by page."""
        found, after = [], ""
        while True:
            path = f"/v1/tasks?limit=100{query}{after}"
            page = self.clients[name].request("GET", path, deadline=time.monotonic() + 120)
            found += page["data"]
            if not page["has_more"]:
                return found
            after = f"&after={page['last_id']}"
