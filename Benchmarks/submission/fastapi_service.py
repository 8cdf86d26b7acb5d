"""The submission of a task with FastAPI, asyncpg and redis-py: the bare path of `fastapi_path.py`, and what else the
gateway does for the same request.

- A user's waiting tasks are counted and limited in the transaction that stores the task, so that two submissions cannot
  pass the limit together: the same tables, and the same row lock.
- The answer says where the task stands in the queue, and where its events are.
- Each answer has a request id and the headers that protect a browser; each accepted task has a line in the log.

What the load does not ask for is left out: pictures, idempotency keys, webhooks, labels, limits of requests, traces.
"""

import json
import logging
import os
import secrets
import uuid
from datetime import datetime, timezone
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi_path import RANKS, Submission, connections, user
from starlette.datastructures import MutableHeaders

WAITING_LIMIT = int(os.environ["MAAS_WAITING_LIMIT"])
EVENTS_URL = os.environ["MAAS_EVENTS_URL"]
PROTECTION = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
INSERTION = """
    WITH held AS (SELECT waiting FROM queue_depths WHERE user_id = $2 ORDER BY priority FOR UPDATE),
    depth AS (SELECT coalesce(sum(waiting), 0)::bigint AS waiting FROM held)
    INSERT INTO tasks (id, user_id, template, parameters, priority, state, created_at, queued_at, updated_at)
    SELECT $1, $2, $3, $4, $5, 'QUEUED', $6, $6, $6 FROM depth WHERE depth.waiting < $7
    RETURNING (SELECT waiting FROM depth) + 1
"""

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
log = logging.getLogger("submissions")


class RequestIdentity:
    """Gives each request an id, and its answer the headers that every answer has."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        identifier = f"req_{secrets.token_hex(12)}"
        scope.setdefault("state", {})["request_id"] = identifier

        async def send_with_headers(message):
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = identifier
                headers.update(PROTECTION)
            await send(message)

        await self.app(scope, receive, send_with_headers)


app = FastAPI(lifespan=connections)
app.add_middleware(RequestIdentity)


@app.post("/v1/tasks", status_code=202)
async def submit(submission: Submission, request: Request, response: Response, user: Annotated[str, Depends(user)]):
    task = uuid.uuid4().hex
    now = datetime.now(timezone.utc)
    parameters = json.dumps(submission.parameters.model_dump(mode="json", exclude_none=True))
    position = await request.app.state.pool.fetchval(
        INSERTION, task, user, submission.template, parameters, RANKS[submission.priority], now, WAITING_LIMIT
    )
    if position is None:
        raise HTTPException(429, f"{WAITING_LIMIT} tasks wait already", {"Retry-After": "5"})
    await request.app.state.redis.xadd("peer:tasks", {"task_id": task, "kind": "submit"}, maxlen=100000)
    log.info("task accepted task_id=%s template=%s user=%s request_id=%s", task, submission.template, user, request.state.request_id)
    response.headers["Location"] = f"/v1/tasks/{task}"
    return {
        "task_id": task, "status": "QUEUED", "created_at": now, "position": position, "derived_from": None,
        "events": {"url": EVENTS_URL},
    }
