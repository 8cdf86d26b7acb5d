"""A pod of one node: the real run.sh and reporter, in the environment that templates and the training operator set."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import s3
from worker import WORKER

ROOT = WORKER.parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "Support"))

from ports import free_port  # noqa: E402

REPORTER = Path(os.environ.get("MAAS_REPORTER", ROOT / ".build" / "debug" / "reporter"))
STAND_IN = ROOT / "Tests" / "Support" / "wan2.2"
MISSING = next((name for name in ["REDIS_URL", "S3_ENDPOINT"] if name not in os.environ), None) or (
    None if REPORTER.is_file() else str(REPORTER)
)

TASK = "01jd0000000000000000000000"


class Attempt:
    """What the pods of one attempt share: the stream, the object keys, and the results."""

    def __init__(self, host: str = "127.0.0.1"):
        self.host = host  # of the servers, as seen by the pod
        self.stream = f"test:{uuid.uuid4()}"
        self.prefix = f"tests/{uuid.uuid4()}"
        self.port = free_port()
        self.input: bytes | None = None

    def key(self, name: str) -> str:
        """The key of an output."""
        return f"{self.prefix}/{name}"

    def object(self, name: str) -> bytes | None:
        """An output, or None if it was not stored."""
        return s3.read(self.key(name))

    def link(self, method: str, name: str) -> str:
        """A presigned link for the pod."""
        return s3.presign(method, self.key(name), os.environ["S3_ENDPOINT"].replace("127.0.0.1", self.host))

    def environment(self) -> dict[str, str]:
        """The variables that a template sets."""
        variables = {
            "MAAS_TASK_ID": TASK,
            "MAAS_ATTEMPT": "1",
            "MAAS_EVENT_TOKEN": "token",
            "MAAS_EVENTS_URL": os.environ["REDIS_URL"].replace("127.0.0.1", self.host),
            "MAAS_EVENTS_STREAM": self.stream,
            "MAAS_OUTPUT_URL": self.link("PUT", "video.mp4"),
            "MAAS_OUTPUT_KEY": self.key("video.mp4"),
            "MAAS_OUTPUT_CHECK_URL": self.link("HEAD", "video.mp4"),
            "MAAS_THUMBNAIL_URL": self.link("PUT", "thumbnail.jpg"),
            "MAAS_SPRITESHEET_URL": self.link("PUT", "spritesheet.jpg"),
        }
        if self.input is not None:
            s3.write(self.key("image"), self.input)
            variables["MAAS_INPUT_URL"] = self.link("GET", "image")
            variables["MAAS_INPUT_SIZE"] = str(len(self.input))
            variables["MAAS_INPUT_SHA256"] = hashlib.sha256(self.input).hexdigest()
        return variables

    def events(self) -> list[dict[str, str]]:
        """The events that arrived, in order."""
        command = ["redis-cli", "-u", os.environ["REDIS_URL"], "--no-auth-warning", "--json"]
        command += ["XRANGE", self.stream, "-", "+"]
        done = subprocess.run(command, capture_output=True, check=True)
        return [dict(zip(fields[::2], fields[1::2])) for _, fields in json.loads(done.stdout)]


class Node:
    """One pod of an attempt."""

    def __init__(self, attempt: Attempt, directory: Path, weights: Path, rank: int = 0, nodes: int = 1, each: int = 1):
        self.directory = directory
        self.termination_log = directory / "termination-log"
        directory.mkdir()
        self.termination_log.touch()
        self.rank = rank
        self.environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": str(attempt.port),
            "PET_MASTER_ADDR": "127.0.0.1",
            "PET_MASTER_PORT": str(attempt.port),
            "WORLD_SIZE": str(nodes * each),
            "RANK": str(rank),
            "PET_NODE_RANK": str(rank),
            "PET_NPROC_PER_NODE": str(each),
            "PET_NNODES": str(nodes),
            **attempt.environment(),
            "MAAS_WORK_DIR": str(directory),
            "MAAS_REPORTER": str(REPORTER),
            "MAAS_PYTHON": sys.executable,
            "MAAS_TERMINATION_LOG": str(self.termination_log),
            "WAN_HOME": str(STAND_IN),
            "WAN_CKPT_DIR": str(weights),
        }

    def fetch(self) -> int:
        """Runs the init container."""
        command = [REPORTER, "fetch", *(["--quiet"] if self.rank else [])]
        return subprocess.run(command, env=self.environment, capture_output=True, check=False).returncode

    def start(self, *arguments: str, **environment: str) -> Node:
        """Starts the container."""
        self.process = subprocess.Popen(
            [WORKER / "run.sh", *arguments],
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        return self

    def finish(self) -> int:
        """Waits for the end; `output` and `errors` are then its log."""
        try:
            output, errors = self.process.communicate(timeout=300)
        except subprocess.TimeoutExpired as expired:
            self.process.terminate()
            raise AssertionError(f"the pod has not ended: {expired.output}\n{expired.stderr}") from None
        self.output, self.errors = output.decode(), errors.decode()
        return self.process.returncode

    def report(self) -> dict:
        """What the pod left in its termination log: its result, or why it failed."""
        return json.loads(self.termination_log.read_text() or "{}")
