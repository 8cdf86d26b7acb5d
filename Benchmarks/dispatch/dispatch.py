"""Measures the dispatcher against the project's `local-cluster`. `release`: prints p50 and p99, in ms, from the last pod's
end to the next POST. `burst`: prints jobs created a second, and plain concurrent POSTs a second to another one."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cluster import JOBS, PODS, ROOT, LocalCluster

SAMPLES = 300
BURST = 1000
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def task_id(number: int) -> str:
    """A UUIDv7 in the product's base32."""
    value = (int(time.time() * 1000) << 80) | (7 << 76) | (2 << 62) | number
    return "".join(ALPHABET[value >> (5 * place) & 31] for place in reversed(range(26)))


def psql(sql: str) -> None:
    command = ["psql", os.environ["DATABASE_URL"], "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"]
    subprocess.run(command, input=sql, text=True, check=True, stdout=subprocess.DEVNULL)


def enqueue(count: int) -> None:
    rows = ",".join(
        f"('{task_id(number)}', 'user-{number % 100}', 'nothing', '{{}}', 1, 'QUEUED', now(), now(), now())" for number in range(count)
    )
    psql(
        "TRUNCATE tasks; INSERT INTO tasks (id, user_id, template, parameters, priority, state, created_at, queued_at,"
        f" updated_at) VALUES {rows};"
    )


class Dispatcher:
    """The executable under test, with a template whose program does nothing."""

    def __init__(self, cluster: LocalCluster, directory: str) -> None:
        self.environment = {
            **os.environ, "KUBECONFIG": cluster.kubeconfig(), "MAAS_POD_REDIS_URL": os.environ["REDIS_URL"],
            "MAAS_EVENT_SECRET": "s" * 32, "MAAS_DISPATCHER_LISTEN": "127.0.0.1:0", "MAAS_LOG_LEVEL": "error",
            "MAAS_TEMPLATES": str(ROOT / "Benchmarks/dispatch/templates"),
        }

    async def __aenter__(self) -> Dispatcher:
        command = [os.environ["MAAS_DISPATCHER"], "--config", str(ROOT / "services.yaml")]
        self.process = await asyncio.create_subprocess_exec(*command, env=self.environment)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.process.terminate()
        await self.process.wait()

    async def make_schema(self) -> None:
        """Inserts the rows; must complete before anything starts."""
        async with self:
            await asyncio.sleep(2)
            if self.process.returncode is not None:
                sys.exit(f"the dispatcher did not start: exit status {self.process.returncode}")


async def note_ends(cluster: LocalCluster, ends: dict[str, float]) -> None:
    """When a watch first told of each pod that it was over."""
    async for arrival, event in cluster.watch(PODS):
        pod = event["object"]
        if pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
            ends.setdefault(pod["metadata"]["name"], arrival)


async def measure_release(directory: str) -> None:
    # One GPU: each job waits for the pod of the one before it.
    async with LocalCluster(directory, gpus=1, is_audited=True) as cluster:
        dispatcher = Dispatcher(cluster, directory)
        await dispatcher.make_schema()
        enqueue(SAMPLES + 10)
        ends: dict[str, float] = {}
        watcher = asyncio.create_task(note_ends(cluster, ends))
        creations: list[float] = []
        async with dispatcher:
            async for arrival in cluster.creations():
                creations.append(arrival)
                if len(creations) > SAMPLES:
                    break
        watcher.cancel()
    delays = sorted((creation - end) * 1000 for end, creation in zip(ends.values(), creations[1:], strict=False))
    print(delays[len(delays) // 2], delays[int(len(delays) * 0.99)])


async def note_jobs(cluster: LocalCluster, count: int) -> list[tuple[float, dict]]:
    """When the first so many jobs were there, and what they are."""
    jobs = []
    async for arrival, event in cluster.watch(JOBS):
        if event["type"] == "ADDED":
            jobs.append((arrival, event["object"]))
        if len(jobs) == count:
            break
    return jobs


async def measure_burst(directory: str) -> None:
    async with LocalCluster(f"{directory}/first", gpus=BURST) as cluster:
        cluster.leave_jobs_alone()
        dispatcher = Dispatcher(cluster, directory)
        await dispatcher.make_schema()
        enqueue(BURST)
        noted = asyncio.create_task(note_jobs(cluster, BURST))
        async with dispatcher:
            jobs = await noted
    rate = (BURST - 1) / (jobs[-1][0] - jobs[0][0])

    job = jobs[0][1]
    del job["metadata"]["uid"], job["metadata"]["resourceVersion"], job["metadata"]["creationTimestamp"]
    Path(directory, "job.json").write_text(json.dumps(job))
    async with LocalCluster(f"{directory}/second", gpus=BURST) as cluster:
        cluster.leave_jobs_alone()
        command = [
            "wrk", "--threads", "1", "--connections", "64", "--duration", "2s", "--script",
            str(ROOT / "Benchmarks/dispatch/post.lua"), f"{cluster.server}{JOBS}?fieldValidation=Strict",
        ]
        wrk = await asyncio.create_subprocess_exec(
            *command, env={**os.environ, "JOB": f"{directory}/job.json"}, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await wrk.communicate()
    lines = output.decode().splitlines()
    if any("Non-2xx" in line for line in lines):
        sys.exit(output.decode())
    print(rate, next(line for line in lines if line.startswith("Requests/sec:")).split()[1])


async def main(what: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "first").mkdir()
        Path(directory, "second").mkdir()
        await (measure_release(directory) if what == "release" else measure_burst(directory))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
