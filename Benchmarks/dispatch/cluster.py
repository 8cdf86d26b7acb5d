"""The project's own `local-cluster`: what its watches show and what it is asked, with the time of each."""

from __future__ import annotations

import asyncio
import json
import os
import time
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JOBS = "/apis/kubeflow.org/v1/namespaces/maas/pytorchjobs"
PODS = "/api/v1/namespaces/maas/pods"


class LocalCluster:
    """The executable with a directory of its own, one node, and as many GPUs as asked for."""

    def __init__(self, directory: str, gpus: int, is_audited: bool = False) -> None:
        self.directory = directory
        self.is_audited = is_audited
        self.environment = {
            **os.environ, "MAAS_CLUSTER_LISTEN": "127.0.0.1:0", "MAAS_CLUSTER_STATE": f"{directory}/state",
            "MAAS_CLUSTER_LOGS": f"{directory}/logs", "MAAS_LOCAL_GPUS": str(gpus), "MAAS_LOG_FORMAT": "json",
            "MAAS_LOG_LEVEL": "info", "MAAS_EVENT_SECRET": "s" * 32, "MAAS_POD_REDIS_URL": os.environ["REDIS_URL"],
        }

    async def __aenter__(self) -> LocalCluster:
        if self.is_audited:
            await self.audit()
        command = [os.environ["MAAS_LOCAL_CLUSTER"], "--config", str(ROOT / "services.yaml")]
        self.process = await asyncio.create_subprocess_exec(
            *command, env=self.environment, stderr=asyncio.subprocess.PIPE
        )
        self.port = 0
        async for line in self.process.stderr:
            entry = json.loads(line)
            if entry["message"] == "listening":
                self.port = int(entry["address"].rsplit(":", 1)[1])
            if entry["message"] == "ready":
                break
        self.log = asyncio.create_task(self.process.stderr.read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.process.terminate()
        await self.process.wait()
        await self.log

    async def audit(self) -> None:
        """Its audit log comes here: a line for each request as it arrives, before anything is done about it."""
        path = f"{self.directory}/requests"
        os.mkfifo(path)
        self.environment["MAAS_CLUSTER_AUDIT_LOG"] = path
        self.requests = asyncio.StreamReader()
        pipe = os.fdopen(os.open(path, os.O_RDWR | os.O_NONBLOCK), "rb", buffering=0)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self.requests), pipe
        )

    async def creations(self) -> AsyncIterator[float]:
        """When each request to create a job arrived."""
        async for line in self.requests:
            arrival = time.perf_counter()
            request = json.loads(line)
            if request["verb"] == "create" and request["objectRef"]["resource"] == "pytorchjobs":
                yield arrival

    @property
    def server(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kubeconfig(self) -> str:
        cluster = {"name": "c", "cluster": {"server": self.server}}
        context = {"name": "c", "context": {"cluster": "c", "namespace": "maas", "user": "u"}}
        path = Path(self.directory, "kubeconfig")
        path.write_text(
            json.dumps({
                "apiVersion": "v1", "kind": "Config", "current-context": "c", "clusters": [cluster],
                "contexts": [context], "users": [{"name": "u", "user": {}}],
            })
        )
        return str(path)

    def leave_jobs_alone(self) -> None:
        """Jobs are stored and told of; the operator makes no pods of them."""
        request = urllib.request.Request(
            self.server + "/debug/faults", json.dumps({"status_delay_s": 86400}).encode(),
            {"Content-Type": "application/json"}, method="PUT",
        )
        urllib.request.urlopen(request).close()

    async def watch(self, path: str) -> AsyncIterator[tuple[float, dict]]:
        """What happens to the objects of a kind from now on."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 22)
        writer.write(f"GET {path}?watch=1&timeoutSeconds=3600 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        rest = b""
        while size := int(await reader.readline(), 16):
            data = await reader.readexactly(size)
            arrival = time.perf_counter()
            await reader.readline()
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                yield arrival, json.loads(line)
