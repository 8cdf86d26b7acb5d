"""As much of the Kubernetes API as the dispatcher needs, which runs nothing and notes when each job arrived."""

from __future__ import annotations

import asyncio
import json
import time
import uuid

JOBS = "/apis/kubeflow.org/v1/namespaces/maas/pytorchjobs"
PODS = "/api/v1/namespaces/maas/pods"


class KubernetesAPI:
    """Lists are empty but for one node; watches carry what `tell` is given."""

    def __init__(self, gpus: int) -> None:
        self.node = {
            "metadata": {"name": "node", "uid": "node", "resourceVersion": "1"},
            "status": {
                "allocatable": {"nvidia.com/gpu": str(gpus)},
                "conditions": [{"type": "Ready", "status": "True"}],
            },
        }
        self.watches: dict[str, list[asyncio.StreamWriter]] = {}
        self.created: asyncio.Queue[tuple[float, dict]] = asyncio.Queue()
        self.version = 1

    async def start(self) -> str:
        """Listens on a free port and returns the address."""
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return "http://127.0.0.1:%d" % self.server.sockets[0].getsockname()[1]

    def close(self) -> None:
        self.server.close()

    def tell(self, path: str, kind: str, item: dict) -> None:
        """Sends an event to those who watch `path`."""
        self.version += 1
        item["metadata"]["resourceVersion"] = str(self.version)
        line = json.dumps({"type": kind, "object": item}).encode() + b"\n"
        for writer in self.watches.get(path, []):
            writer.write(b"%x\r\n%s\r\n" % (len(line), line))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                arrival = time.perf_counter()
                method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
                length = 0
                for line in head.split(b"\r\n"):
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                body = await reader.readexactly(length) if length else b""
                path, _, query = target.partition("?")
                if "watch=1" in query:
                    writer.write(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                    )
                    self.watches.setdefault(path, []).append(writer)
                    continue
                self._answer(writer, *self._result(method, path, body, arrival))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass

    def _result(self, method: str, path: str, body: bytes, arrival: float) -> tuple[str, dict]:
        if method == "POST":
            item = json.loads(body)
            item["metadata"]["uid"] = str(uuid.uuid4())
            item["metadata"]["resourceVersion"] = "1"
            self.created.put_nowait((arrival, item))
            return "201 Created", item
        if method == "DELETE":
            return "200 OK", {}
        if path.startswith(JOBS + "/"):
            return "404 Not Found", {"kind": "Status", "reason": "NotFound", "code": 404}
        items = [self.node] if path == "/api/v1/nodes" else []
        return "200 OK", {"metadata": {"resourceVersion": str(self.version)}, "items": items}

    @staticmethod
    def _answer(writer: asyncio.StreamWriter, status: str, document: dict) -> None:
        body = json.dumps(document).encode()
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )


def pod_of(job: dict, phase: str) -> dict:
    """The one pod of a job."""
    name = job["metadata"]["name"]
    labels = dict(job["metadata"]["labels"])
    labels["training.kubeflow.org/job-name"] = name
    return {
        "metadata": {"name": name + "-master-0", "namespace": "maas", "uid": name, "labels": labels},
        "spec": {"nodeName": "node", "containers": [{"resources": {"limits": {"nvidia.com/gpu": 1}}}]},
        "status": {"phase": phase},
    }


def job_in(job: dict, condition: str) -> dict:
    """The job with one condition that is true."""
    conditions = [{"type": "Created", "status": "True"}, {"type": condition, "status": "True"}]
    return {"metadata": dict(job["metadata"]), "status": {"conditions": conditions}}
