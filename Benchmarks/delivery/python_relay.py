"""A straightforward relay: websockets and redis-py on uvloop.  python_relay.py PORT REDIS_URL STREAM…

One socket a task, at /<task id>; each event of the streams goes to the sockets of its task as JSON. No authorisation, no
snapshot, no resuming: what it does is the least that anybody has to do.
"""

from __future__ import annotations

import asyncio
import json
import sys

import redis.asyncio
import uvloop
import websockets

followers: dict[str, set] = {}


async def follow(socket):
    task = socket.request.path[1:]
    followers.setdefault(task, set()).add(socket)
    try:
        await socket.wait_closed()
    finally:
        followers[task].discard(socket)


async def push(url: str, streams: list[str]):
    client = redis.asyncio.from_url(url, decode_responses=True, socket_timeout=None)
    cursors = {stream: "$" for stream in streams}
    while True:
        for stream, entries in await client.xread(cursors, count=1000, block=1000):
            for cursor, fields in entries:
                cursors[stream] = cursor
                if sockets := followers.get(fields["task_id"]):
                    websockets.broadcast(sockets, json.dumps({"t": "ev", "data": fields}))


async def main(port: int, url: str, *streams: str):
    async with websockets.serve(follow, "127.0.0.1", port, compression=None, ping_interval=None, backlog=1024):
        print("ready", flush=True)
        await push(url, list(streams))


uvloop.run(main(int(sys.argv[1]), *sys.argv[2:]))
