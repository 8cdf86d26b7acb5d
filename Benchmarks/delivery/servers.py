"""The servers under test: how to start, use and measure each."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager, ExitStack, contextmanager
from urllib.parse import urlsplit

from tasks import SHARDS, Task

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../Tests/Support"))

from ports import free_port  # noqa: E402

STAMP = "t=" + "@" * 19
NUMBER = "#" * 10


@contextmanager
def running(command: list[str], **options):
    """Runs a command's process and ends it afterwards: a remaining child would keep the benchmark's pipes open."""
    process = subprocess.Popen(command, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int, process: subprocess.Popen):
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with {process.returncode} before it listened at port {port}")
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"nobody listens at port {port}")


def upgrade(path: str, *headers: str) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1", "Host: relay", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *headers, "", "",
    ]
    return "\r\n".join(lines).encode()


def frame(text: str) -> bytes:
    """A text frame of less than 126 bytes, with a zero mask."""
    return bytes([0x81, 0x80 | len(text)]) + bytes(4) + text.encode()


def fields(task: Task) -> dict[str, object]:
    """Progress as reported by a task's pod: MaaSCore/Events/TaskEvent+Fields.swift."""
    return {
        "v": 1, "task_id": task.id, "attempt": 1, "producer": "pod", "seq": NUMBER, "ts": int(time.time() * 1000),
        "token": task.token, "type": "progress", "stage": "denoising", "step": NUMBER, "total": 2_000_000_000,
        "percent": 42.0, "message": STAMP,
    }


class Server(AbstractContextManager):
    name = version = ""
    port = publish_port = 0
    lanes = 1
    pid = 0

    def start(self, started: ExitStack):
        """Starts what is missing; the stack ends it again, even if a later step fails."""

    def __enter__(self):
        with ExitStack() as started:
            self.start(started)
            self.started = started.pop_all()
        return self

    def __exit__(self, *_):
        self.started.close()

    def opening(self) -> bytes:
        """The start of a publisher's connection."""
        return b""

    def memory(self) -> float:
        """The process's proportional set size in megabytes."""
        with open(f"/proc/{self.pid}/smaps_rollup") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024

    def cpu(self) -> float:
        """CPU seconds in user mode and in the kernel."""
        with open(f"/proc/{self.pid}/stat") as file:
            values = file.read().rpartition(")")[2].split()
        return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")


class StreamServer(Server):
    """A server that reads the streams, to which events are added."""

    def __init__(self):
        self.redis = urlsplit(os.environ["REDIS_URL"])
        self.publish_port = self.redis.port

    def event(self, task: Task) -> bytes:
        words = ["XADD", task.stream, "MAXLEN", "~", "100000", "*"]
        words += [str(word) for pair in fields(task).items() for word in pair]
        return self.command(words)

    def opening(self) -> bytes:
        return self.command(["AUTH", self.redis.username, self.redis.password])

    @staticmethod
    def command(words: list[str]) -> bytes:
        encoded = [word.encode() for word in words]
        return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)


class MaaS(StreamServer):
    name = "MaaS"

    def __init__(self):
        super().__init__()
        self.port = urlsplit(os.environ["MAAS_EVENTS_URL"]).port
        with open(os.path.join(os.environ["MAAS_HOME"], "run", "progress-relay.pid")) as file:
            self.pid = int(file.read())

    def watcher(self, task: Task) -> tuple[bytes, bytes]:
        protocols = f"Sec-WebSocket-Protocol: progress.v1, ticket.{task.ticket}"
        return upgrade("/v1/ws", protocols), frame('{"op":"subscribe","task":"%s"}' % task.id)


class Python(StreamServer):
    """websockets and redis-py."""

    name = "Python"

    @staticmethod
    def title() -> str:
        return "websockets + redis-py + uvloop"

    def start(self, started: ExitStack):
        self.port = free_port()
        streams = [f"maas:events:{shard}" for shard in range(SHARDS)]
        program = os.path.join(os.path.dirname(__file__), "python_relay.py")
        command = [os.environ["PEER_PYTHON"], program, str(self.port), os.environ["REDIS_URL"], *streams]
        process = started.enter_context(running(command, stdout=subprocess.PIPE))
        if not process.stdout.readline():
            raise RuntimeError("the relay in Python ended before it listened")
        self.pid = process.pid

    def watcher(self, task: Task) -> tuple[bytes, bytes]:
        return upgrade("/" + task.id), b""


class Nchan(Server):
    """One worker: several cost more for the same. Events are local: a second server would not get them."""

    name = "nchan"
    lanes = 32
    upstream = storage = ""

    @staticmethod
    def title() -> str:
        return "nchan, one worker"

    def start(self, started: ExitStack):
        self.port = self.publish_port = free_port()
        directory = tempfile.mkdtemp(dir=os.environ["MAAS_HOME"])
        started.callback(shutil.rmtree, directory)
        with open(os.path.join(directory, "nginx.conf"), "w") as file:
            file.write(
                CONFIGURATION.format(
                    directory=directory, port=self.port, folder=NGINX_FOLDER, upstream=self.upstream, storage=self.storage
                )
            )
        command = [f"{NGINX_FOLDER}/nginx", "-p", directory, "-c", "nginx.conf", "-e", "error.log", "-g", "daemon off;"]
        self.version = subprocess.run([f"{NGINX_FOLDER}/nginx", "-v"], capture_output=True, text=True).stderr.strip()
        process = started.enter_context(running(command))
        wait_for(self.port, process)
        with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
            self.pid = int(file.read().split()[0])

    def watcher(self, task: Task) -> tuple[bytes, bytes]:
        return upgrade("/sub/" + task.id), b""

    def event(self, task: Task) -> bytes:
        pairs = ",".join(f'"{name}":"{value}"' for name, value in fields(task).items() if name != "token")
        body = f'[{{"t":"ev","data":{{{pairs}}}}}]'
        return f"POST /pub/{task.id} HTTP/1.1\r\nHost: relay\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


class SharedNchan(Nchan):
    """With Redis between servers, so that each gets all events, as a relay with several replicas needs."""

    name = "nchan over Redis"
    storage = "nchan_redis_pass shared;"

    @staticmethod
    def title() -> str:
        return "nchan over Redis, one worker"

    def start(self, started: ExitStack):
        port = free_port()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        wait_for(port, started.enter_context(running(command, stdout=subprocess.DEVNULL)))
        self.upstream = f"upstream shared {{ nchan_redis_server redis://127.0.0.1:{port}; }}"
        super().start(started)


NGINX_FOLDER = os.environ["NGINX_FOLDER"]

CONFIGURATION = """
load_module {folder}/ngx_nchan_module.so;
worker_processes 1;
worker_rlimit_nofile 20000;
user root;
pid {directory}/nginx.pid;
events {{ worker_connections 16000; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    nchan_shared_memory_size 512M;
    client_body_temp_path {directory};
    proxy_temp_path {directory};
    fastcgi_temp_path {directory};
    uwsgi_temp_path {directory};
    scgi_temp_path {directory};
    {upstream}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location ~ ^/sub/(.+)$ {{ nchan_subscriber websocket; nchan_channel_id $1; {storage} }}
        location ~ ^/pub/(.+)$ {{ nchan_publisher; nchan_channel_id $1; nchan_message_buffer_length 10; {storage} }}
    }}
}}
"""
