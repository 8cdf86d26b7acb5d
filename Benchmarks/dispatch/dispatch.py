"""Measures the dispatcher. `release`: prints p50 and p99, in ms, from the last pod's end to the next POST. `burst`: prints
jobs created a second, and plain POSTs a second to the same API."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kubernetes_api import JOBS, PODS, KubernetesAPI, job_in, pod_of

ROOT = Path(__file__).resolve().parents[2]
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
    parameters = json.dumps({"prompt": "p", "size": "832x480", "frames": 49, "steps": 20, "pace": 0.4})
    rows = ",".join(
        f"('{task_id(number)}', 'ada', 'demo', '{parameters}', 1, 'QUEUED', now(), now(), now())"
        for number in range(count)
    )
    psql(
        "TRUNCATE tasks; INSERT INTO tasks (id, user_id, template, parameters, priority, state, created_at, queued_at,"
        f" updated_at) VALUES {rows};"
    )


class Dispatcher:
    """The executable under test."""

    def __init__(self, server: str, directory: str) -> None:
        kubeconfig = Path(directory, "kubeconfig")
        cluster = {"name": "c", "cluster": {"server": server}}
        context = {"name": "c", "context": {"cluster": "c", "namespace": "maas", "user": "u"}}
        document = {
            "apiVersion": "v1", "kind": "Config", "current-context": "c", "clusters": [cluster], "contexts": [context],
            "users": [{"name": "u", "user": {}}],
        }
        kubeconfig.write_text(json.dumps(document))
        self.environment = {
            **os.environ, "KUBECONFIG": str(kubeconfig), "MAAS_POD_REDIS_URL": os.environ["REDIS_URL"],
            "MAAS_EVENT_SECRET": "s" * 32, "MAAS_DISPATCHER_LISTEN": "127.0.0.1:0", "MAAS_LOG_LEVEL": "error",
        }

    async def __aenter__(self) -> Dispatcher:
        command = [os.environ["MAAS_DISPATCHER"], "--config", str(ROOT / "services.yaml")]
        self.process = await asyncio.create_subprocess_exec(*command, env=self.environment)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.process.terminate()
        await self.process.wait()


async def measure_release(api: KubernetesAPI) -> None:
    delays = []
    _, job = await api.created.get()
    for _ in range(SAMPLES):
        api.tell(PODS, "ADDED", pod_of(job, "Running"))
        api.tell(JOBS, "MODIFIED", job_in(job, "Running"))
        # Long enough for what the beginning of this one brought to be over.
        await asyncio.sleep(0.03)
        api.tell(JOBS, "MODIFIED", job_in(job, "Succeeded"))
        end = time.perf_counter()
        api.tell(PODS, "MODIFIED", pod_of(job, "Succeeded"))
        arrival, job = await api.created.get()
        delays.append((arrival - end) * 1000)
    delays.sort()
    print(delays[len(delays) // 2], delays[int(len(delays) * 0.99)])


async def measure_burst(api: KubernetesAPI, server: str, directory: str) -> None:
    first, job = await api.created.get()
    last = first
    for _ in range(BURST - 1):
        last, _ = await api.created.get()
    Path(directory, "job.json").write_text(json.dumps(job))
    command = [
        "wrk", "--threads", "1", "--connections", "64", "--duration", "3s", "--script",
        str(ROOT / "Benchmarks/dispatch/post.lua"), server + JOBS,
    ]
    wrk = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, "JOB": f"{directory}/job.json"}, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await wrk.communicate()
    plain = next(line for line in output.decode().splitlines() if line.startswith("Requests/sec:")).split()[1]
    print((BURST - 1) / (last - first), plain)


async def main(what: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        api = KubernetesAPI(gpus=1 if what == "release" else BURST)
        server = await api.start()
        dispatcher = Dispatcher(server, directory)
        # Once for the schema: the rows are to be there before anything begins.
        migrate = [os.environ["MAAS_DISPATCHER"], "--config", str(ROOT / "services.yaml")]
        schema = await asyncio.create_subprocess_exec(*migrate, env=dispatcher.environment)
        await asyncio.sleep(2)
        if schema.returncode is not None:
            sys.exit(f"the dispatcher did not start: exit status {schema.returncode}")
        schema.terminate()
        await schema.wait()
        enqueue(SAMPLES + 10 if what == "release" else BURST)
        async with dispatcher:
            if what == "release":
                await measure_release(api)
            else:
                await measure_burst(api, server, directory)
        api.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
