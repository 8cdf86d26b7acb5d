"""Stands in for torchrun, which is this module: the processes of one node, their variables, their output, and its report when one fails."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

REPORT = """torch.distributed.elastic.multiprocessing.errors.ChildFailedError:
============================================================
{script} FAILED
------------------------------------------------------------
Failures:
  <NO_OTHER_FAILURES>
------------------------------------------------------------
Root Cause (first observed failure):
[0]:
  time      : {time}
  host      : node
  rank      : {rank} (local_rank: {local})
  exitcode  : {code} (pid: {pid})
  error_file: <N/A>
  traceback : {traceback}
============================================================
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="torchrun")
    environment = os.environ
    parser.add_argument("--nnodes", default=environment.get("PET_NNODES", "1"))
    parser.add_argument("--nproc-per-node", default=environment.get("PET_NPROC_PER_NODE", "1"))
    parser.add_argument("--node-rank", type=int, default=environment.get("PET_NODE_RANK", "0"))
    parser.add_argument("--master-addr", default=environment.get("PET_MASTER_ADDR", "127.0.0.1"))
    parser.add_argument("--master-port", default=environment.get("PET_MASTER_PORT", "29500"))
    parser.add_argument("--local-ranks-filter", default="")
    parser.add_argument("--log-dir", type=Path)
    parser.add_argument("--redirects", default="")
    parser.add_argument("script")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    each, nodes = int(options.nproc_per_node), int(options.nnodes)

    shown = options.local_ranks_filter.split(",") if options.local_ranks_filter else [str(n) for n in range(each)]
    redirected = dict(entry.split(":") for entry in options.redirects.split(",") if entry)
    children: list[subprocess.Popen] = []

    def stop(*_):
        for child in children:
            child.terminate()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    for local in range(each):
        variables = {
            "RANK": str(options.node_rank * each + local),
            "LOCAL_RANK": str(local),
            "WORLD_SIZE": str(nodes * each),
            "LOCAL_WORLD_SIZE": str(each),
            "MASTER_ADDR": options.master_addr,
            "MASTER_PORT": options.master_port,
        }
        output, errors = None, None
        if redirected.get(str(local)) == "3":
            directory = options.log_dir / "none_x1y2z3" / "attempt_0" / str(local)
            directory.mkdir(parents=True)
            output, errors = (directory / "stdout.log").open("wb"), (directory / "stderr.log").open("wb")
        elif str(local) not in shown:
            output = errors = subprocess.DEVNULL
        command = [sys.executable, options.script, *options.arguments]
        children.append(subprocess.Popen(command, env={**environment, **variables}, stdout=output, stderr=errors))

    while True:
        codes = [child.poll() for child in children]
        # Of several, one that was killed: the others died of that.
        failed = min((local for local, code in enumerate(codes) if code), key=lambda local: codes[local] > 0, default=None)
        if failed is not None or None not in codes:
            break
        time.sleep(0.02)
    if failed is None:
        return 0
    stop()
    for child in children:
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
    code = codes[failed]
    traceback = "To enable traceback see: https://pytorch.org/docs/stable/elastic/errors.html"
    if code < 0:
        name = signal.Signals(-code).name
        traceback = f"Signal {-code} ({name}) received by PID {children[failed].pid}"
    rank = options.node_rank * each + failed
    now = time.strftime("%Y-%m-%d_%H:%M:%S")
    fields = dict(script=options.script, time=now, rank=rank, local=failed, code=code)
    sys.stderr.write(REPORT.format(**fields, pid=children[failed].pid, traceback=traceback))
    return 1


if __name__ == "__main__":
    sys.exit(main())
