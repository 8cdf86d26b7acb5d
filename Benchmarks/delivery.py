"""How long an event takes from the stream to a user's socket:  delivery.py [EVENTS] [A SECOND]

Adds progress of one task to the stream as its pod would, and notes when the relay's WebSocket has it. Prints one line.
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
    """A task that counts as running, though nothing runs: the dispatcher is not there to mind."""
    task = post("/v1/tasks", {"template": "demo", "parameters": {"prompt": "only measured"}})["task_id"]
    change = f"UPDATE tasks SET state = 'RUNNING', attempt = 1, started_at = now() WHERE id = '{task}'"
    subprocess.run(["psql", os.environ["DATABASE_URL"], "-qc", change], check=True)
    return task


def pod_token(task: str) -> str:
    """What the dispatcher gives the pod of the first attempt."""
    code = hmac.new(os.environ["MAAS_EVENT_SECRET"].encode(), f"pod/{task}/1".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def command(*words: object) -> bytes:
    encoded = [str(word).encode() for word in words]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)


async def redis_connection():
    address = os.environ["POD_REDIS_URL"].removeprefix("redis://").split("/")[0]
    credentials, place = address.split("@")
    reader, writer = await asyncio.open_connection(*place.split(":"))
    writer.write(command("AUTH", *credentials.split(":")))
    await reader.readline()
    return reader, writer


async def measure(count: int, rate: float) -> list[float]:
    task = running_task()
    token = pod_token(task)
    ticket = post("/v1/events/tickets")
    sent: dict[int, float] = {}
    delays: list[float] = []
    reader, writer = await redis_connection()
    protocols = ["progress.v1", f"ticket.{ticket['ticket']}"]
    async with websockets.connect(ticket["url"], subprotocols=protocols) as socket:
        await socket.recv()
        await socket.send(json.dumps({"op": "subscribe", "task": task}))
        await socket.recv()

        async def listen():
            async for frame in socket:
                now = time.perf_counter()
                messages = json.loads(frame)
                for message in messages if isinstance(messages, list) else [messages]:
                    step = message.get("data", {}).get("step")
                    # Progress may be merged into what is newer: everything up to this step has arrived with it.
                    for number in [number for number in sent if step and number <= step]:
                        delays.append(now - sent.pop(number))
                if len(delays) == count:
                    return

        listener = asyncio.create_task(listen())
        for number in range(1, count + 1):
            fields = {
                "v": 1, "task_id": task, "attempt": 1, "producer": "pod", "seq": number, "ts": int(time.time() * 1000),
                "token": token, "type": "progress", "stage": "denoising", "step": number, "total": count,
                "percent": round(100 * number / count, 1),
            }
            sent[number] = time.perf_counter()
            writer.write(command("XADD", "maas:events", "*", *(word for pair in fields.items() for word in pair)))
            await reader.readline()
            await reader.readline()
            await asyncio.sleep(1 / rate)
        await asyncio.wait_for(listener, 10)
    return sorted(delays)


# Slower than the relay merges progress of one task (every 20 ms), so that it is the way that is measured, not the merging.
def main(count: int = 400, rate: float = 20):
    delays = asyncio.run(measure(count, rate))
    median, late = delays[len(delays) // 2], delays[int(len(delays) * 0.99)]
    print(f"{len(delays)} events, {rate:g} a second: p50 {median * 1000:.2f} ms, p99 {late * 1000:.2f} ms")


main(*map(int, sys.argv[1:]))
