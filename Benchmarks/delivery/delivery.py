"""The latency of an event from the stream to a user's socket:  delivery.py [EVENTS] [A SECOND]

Adds progress of one task to the stream as its pod would, and notes when the relay's WebSocket has it; beside it a plain
XREAD of the same stream, which is as early as anybody can know. Prints p50 and p99 of both, in ms.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
import urllib.request

import websockets


def post(path: str, body: dict | None = None) -> dict:
    headers = {"Authorization": f"Bearer {os.environ['MAAS_API_KEY']}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(os.environ["MAAS_URL"] + path, data, headers, method="POST")) as answer:
        return json.load(answer)


def running_task() -> str:
    """A task that is RUNNING without a job; there is no dispatcher to notice."""
    task = post("/v1/tasks", {"template": "demo", "parameters": {"prompt": "only measured"}})["task_id"]
    change = f"UPDATE tasks SET state = 'RUNNING', attempt = 1, started_at = now() WHERE id = '{task}'"
    subprocess.run(["psql", os.environ["DATABASE_URL"], "-qc", change], check=True)
    return task


def pod_token(task: str) -> str:
    """The token that the dispatcher gives the pod of the first attempt."""
    code = hmac.new(os.environ["MAAS_EVENT_SECRET"].encode(), f"pod/{task}/1".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def command(*words: object) -> bytes:
    encoded = [str(word).encode() for word in words]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)


async def redis_connection(url: str):
    credentials, place = url.removeprefix("redis://").split("/")[0].split("@")
    reader, writer = await asyncio.open_connection(*place.split(":"))
    writer.write(command("AUTH", *credentials.split(":")))
    await reader.readline()
    return reader, writer


async def read_reply(reader: asyncio.StreamReader):
    line = (await reader.readline()).rstrip()
    kind, rest = line[:1], line[1:]
    if kind == b"$":
        return None if rest == b"-1" else (await reader.readexactly(int(rest) + 2))[:-2]
    if kind == b"*":
        return None if rest == b"-1" else [await read_reply(reader) for _ in range(int(rest))]
    if kind == b"-":
        raise RuntimeError(rest.decode())
    return rest


class Delays:
    """The latency of each step."""

    def __init__(self, sent: dict[int, float]):
        self.sent = sent
        self.last = 0
        self.seconds: list[float] = []

    def arrived(self, step: int):
        """Progress may be coalesced: a step implies that all earlier ones have arrived."""
        now = time.perf_counter()
        self.seconds += [now - self.sent[number] for number in range(self.last + 1, step + 1)]
        self.last = max(self.last, step)

    def quantile(self, part: float) -> float:
        """In milliseconds."""
        return sorted(self.seconds)[int(len(self.seconds) * part)] * 1000


async def listen(socket, delays: Delays, count: int):
    async for frame in socket:
        messages = json.loads(frame)
        for message in messages if isinstance(messages, list) else [messages]:
            if step := message.get("data", {}).get("step"):
                delays.arrived(step)
        if delays.last == count:
            return


async def read_stream(task: str, delays: Delays, count: int):
    reader, writer = await redis_connection(os.environ["REDIS_URL"])
    last = "$"
    while delays.last < count:
        writer.write(command("XREAD", "BLOCK", 10_000, "STREAMS", "maas:events:0", last))
        for _, entries in await read_reply(reader) or []:
            for identifier, fields in entries:
                last = identifier.decode()
                # The stream may contain events of other tasks.
                if task.encode() in fields:
                    delays.arrived(int(fields[fields.index(b"step") + 1]))
    writer.close()


async def measure(count: int, rate: float) -> tuple[Delays, Delays]:
    task = running_task()
    token = pod_token(task)
    ticket = post("/v1/events/tickets")
    sent: dict[int, float] = {}
    relay, plain = Delays(sent), Delays(sent)
    reader, writer = await redis_connection(os.environ["POD_REDIS_URL"])
    protocols = ["progress.v1", f"ticket.{ticket['ticket']}"]
    async with websockets.connect(ticket["url"], subprotocols=protocols) as socket:
        await socket.recv()
        await socket.send(json.dumps({"op": "subscribe", "task": task}))
        await socket.recv()
        listeners = asyncio.gather(listen(socket, relay, count), read_stream(task, plain, count))
        await asyncio.sleep(0.5)
        for number in range(1, count + 1):
            fields = {
                "v": 1, "task_id": task, "attempt": 1, "producer": "pod", "seq": number, "ts": int(time.time() * 1000),
                "token": token, "type": "progress", "stage": "denoising", "step": number, "total": count,
                "percent": round(100 * number / count, 1),
            }
            sent[number] = time.perf_counter()
            writer.write(command("XADD", "maas:events:0", "*", *(word for pair in fields.items() for word in pair)))
            await read_reply(reader)
            await asyncio.sleep(1 / rate)
        await asyncio.wait_for(listeners, 10)
    return relay, plain


# Slower than the relay coalesces progress of one task (every 20 ms), so that delivery is measured, not coalescing.
def main(count: int = 400, rate: float = 20):
    relay, plain = asyncio.run(measure(count, rate))
    print(*(f"{delays.quantile(part):.3f}" for delays in (relay, plain) for part in (0.5, 0.99)))


main(*map(int, sys.argv[1:]))
