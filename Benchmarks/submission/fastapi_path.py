"""The bare path of a submission, as one writes it with FastAPI, asyncpg and redis-py: find the user of the API key
(remembered for a while), check the parameters, commit one row, add the task's id to the stream, answer.

It leaves out everything else the gateway does for the same request; `fastapi_service.py` does that too.
"""

import hashlib
import json
import os
import time
import uuid
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from enum import Enum
from typing import Annotated, Literal

import asyncpg
import redis.asyncio as redis
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field


class Size(str, Enum):
    landscape = "832x480"
    portrait = "480x832"
    square = "640x640"
    wide = "1280x720"
    tall = "720x1280"


class Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid")
    prompt: str = Field(min_length=1, max_length=5000)
    size: Size = Size.landscape
    frames: int = Field(default=49, ge=1, le=257)
    steps: int = Field(default=20, ge=1, le=100)
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)
    pace: float = Field(default=0.4, ge=0, le=5)


class Submission(BaseModel):
    model_config = ConfigDict(extra="forbid")
    template: Literal["demo"]
    parameters: Parameters
    priority: Literal["high", "normal", "low"] = "normal"


RANKS = {"high": 0, "normal": 1, "low": 2}
KEY_LIFETIME = 10
users: dict[bytes, tuple[str, float]] = {}


@asynccontextmanager
async def connections(app: FastAPI):
    app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=4, max_size=16)
    app.state.redis = redis.from_url(os.environ["REDIS_URL"])
    yield
    await app.state.redis.aclose()
    await app.state.pool.close()


app = FastAPI(lifespan=connections)


async def user(request: Request, authorization: Annotated[str, Header()]) -> str:
    digest = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).digest()
    known = users.get(digest)
    if known and time.monotonic() < known[1]:
        return known[0]
    name = await request.app.state.pool.fetchval(
        "SELECT user_id FROM api_keys WHERE hash = $1 AND revoked_at IS NULL", digest
    )
    if name is None:
        raise HTTPException(401, "this API key is not valid")
    users[digest] = (name, time.monotonic() + KEY_LIFETIME)
    return name


@app.post("/v1/tasks", status_code=202)
async def submit(submission: Submission, request: Request, user: Annotated[str, Depends(user)]):
    task = uuid.uuid4().hex
    now = datetime.now(timezone.utc)
    parameters = json.dumps(submission.parameters.model_dump(mode="json", exclude_none=True))
    await request.app.state.pool.execute(
        "INSERT INTO peer_tasks (id, user_id, template, parameters, priority, state, created_at, queued_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, 'QUEUED', $6, $6, $6)",
        task, user, submission.template, parameters, RANKS[submission.priority], now,
    )
    await request.app.state.redis.xadd("peer:tasks", {"task_id": task, "kind": "submit"}, maxlen=100000)
    return {"task_id": task, "status": "QUEUED", "created_at": now}
