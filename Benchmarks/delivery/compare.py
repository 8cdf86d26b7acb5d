"""Delivery beside nchan and a relay in Python, in one run:  compare.py LOAD  (the program made of load.c)

The same watchers and the same events for each: one task a socket. nchan is given its events by HTTP, because it cannot read
Redis Streams; what a bridge would cost comes on top of it. It runs twice: alone, and with Redis between servers. CPU and memory are those of the server's process alone.
Prints the rows of the table. MAAS_BENCH_SOCKETS (10000), MAAS_BENCH_WATCHERS (5000), MAAS_BENCH_SECONDS (8).
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import tempfile
import time

import servers
from tasks import Task, make_tasks

SOCKETS = int(os.environ.get("MAAS_BENCH_SOCKETS", 10_000))
WATCHERS = int(os.environ.get("MAAS_BENCH_WATCHERS", 5_000))
SECONDS = float(os.environ.get("MAAS_BENCH_SECONDS", 8))
RATE = 2_000
RATES = (5_000, 10_000, 15_000, 20_000, 30_000, 40_000, 60_000)
LOAD = sys.argv[1]


def write_blocks(blocks: list[bytes]) -> str:
    with tempfile.NamedTemporaryFile(dir=os.environ["MAAS_HOME"], delete=False) as file:
        for block in blocks:
            file.write(struct.pack("=I", len(block)) + block)
    return file.name


class Watchers:
    """Opens this many sockets, each following its own task."""

    def __init__(self, server: servers.Server, tasks: list[Task]):
        self.path = write_blocks([block for task in tasks for block in server.watcher(task)])
        command = [LOAD, "watch", str(server.port), self.path, str(len(tasks)), "900"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError(f"{server.name}: not all could connect")

    def report(self) -> dict:
        self.process.stdin.write("report\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        os.unlink(self.path)


def publish(server: servers.Server, tasks: list[Task], rate: float, seconds: float) -> dict:
    path = write_blocks([server.opening()] + [server.event(task) for task in tasks])
    command = [LOAD, "publish", str(server.publish_port), path, str(rate), str(seconds), str(server.lanes)]
    try:
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    finally:
        os.unlink(path)


def measure(server: servers.Server, tasks: list[Task]) -> dict[str, float]:
    empty = server.memory()
    watchers = Watchers(server, tasks[:SOCKETS])
    time.sleep(2)
    found = {"memory": (server.memory() - empty) / min(SOCKETS, len(tasks)) * 1024}
    watchers.close()
    time.sleep(2)

    tasks = tasks[:WATCHERS]
    watchers = Watchers(server, tasks)
    publish(server, tasks, RATE, 1)
    time.sleep(1)
    watchers.report()
    before = server.cpu()
    sent = publish(server, tasks, RATE, SECONDS)["events"]
    time.sleep(1)
    report = watchers.report()
    if report["events"] < sent:
        print(f"{server.name}: {sent - report['events']} of {sent} events did not arrive", file=sys.stderr)
    found["cpu"] = (server.cpu() - before) / report["events"] * 1e6
    found["p50"], found["p99"] = report["p50"] / 1000, report["p99"] / 1000

    found["rate"] = 0
    for rate in RATES:
        published = publish(server, tasks, rate, 3)
        time.sleep(1)
        report = watchers.report()
        print(f"{server.name} at {rate}/s: {published} {report}", file=sys.stderr)
        # A second late it will never catch up, and a run whose publisher could not keep pace proves nothing.
        if report["events"] < published["events"] or report["p99"] > 1e6 or published["seconds"] > 3.3:
            break
        found["rate"] = rate
    watchers.close()
    return found


def main():
    tasks = make_tasks(max(SOCKETS, WATCHERS))
    found = {}
    for make in (servers.MaaS, servers.Nchan, servers.SharedNchan, servers.Python):
        with make() as server:
            found[make] = measure(server, tasks)
            print(f"{server.name} {server.version}: {found[make]}", file=sys.stderr)
    ours = found.pop(servers.MaaS)
    rows = {
        "memory": (f"memory a connection, {SOCKETS} idle (kB)", "%10.2f"),
        "cpu": ("CPU a delivered event (us)", "%10.1f"),
        "p50": (f"{RATE}/s to {WATCHERS} sockets, p50 (ms)", "%10.2f"),
        "p99": (f"{RATE}/s to {WATCHERS} sockets, p99 (ms)", "%10.2f"),
        "rate": ("events/s without loss", "%10.0f"),
    }
    for make, theirs in found.items():
        for key, (name, form) in rows.items():
            print("\t".join([name, str(ours[key]), str(theirs[key]), form, make.title()]))


if __name__ == "__main__":
    main()
