"""RUNNING tasks of many users, with the tokens of their pods and the tickets of their users."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import subprocess
import time
from dataclasses import dataclass

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
SECRET = os.environ["MAAS_EVENT_SECRET"].encode()
SHARDS = 4
PER_USER = 100


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class Task:
    id: str
    user: str

    @property
    def stream(self) -> str:
        """MaaSCore/Events/EventShards.swift."""
        code = 2166136261
        for byte in self.id.encode():
            code = (code ^ byte) * 16777619 & 0xFFFFFFFF
        return f"maas:events:{code % SHARDS}"

    @property
    def token(self) -> str:
        """The token that the dispatcher gives the pod of the first attempt: MaaSCore/Events/EventToken.swift."""
        return base64url(hmac.new(SECRET, f"pod/{self.id}/1".encode(), hashlib.sha256).digest())

    @property
    def ticket(self) -> str:
        """The ticket that the gateway gives its user: MaaSCore/Events/EventTicket.swift."""
        expires = int((time.time() + 3600) * 1000).to_bytes(6, "big")
        claims = b"\1" + expires + bytes(8) + self.user.encode()
        return base64url(claims + hmac.new(SECRET, b"ticket/" + claims, hashlib.sha256).digest()[:16])


def make_id(number: int) -> str:
    bits = int(time.time() * 1000) << 80 | 7 << 76 | 0b10 << 62 | number
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(26)))


def make_tasks(count: int) -> list[Task]:
    """One task per connection, with no user above the connection limit."""
    tasks = [Task(make_id(number), f"bench-{number // PER_USER}") for number in range(count)]
    lines = "".join(f"{task.id}\t{task.user}\n" for task in tasks)
    script = """
        CREATE TEMP TABLE made (id text, user_id text);
        \\copy made FROM pstdin
        INSERT INTO tasks (id, user_id, template, parameters, priority, state, attempt, percent, created_at, queued_at,
            started_at, updated_at)
        SELECT id, user_id, 'demo', '{}', 1, 'RUNNING', 1, 0, now(), now(), now(), now() FROM made;
    """
    with open(os.path.join(os.environ["MAAS_HOME"], "made.sql"), "w") as file:
        file.write(script)
    subprocess.run(["psql", os.environ["DATABASE_URL"], "-qX", "-v", "ON_ERROR_STOP=1", "-f", file.name], input=lines, text=True, check=True)
    return tasks
