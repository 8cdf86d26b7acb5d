"""The capacity of one relay:  relay.py LOAD  (the program made of Benchmarks/delivery/load.c)

The same watchers and events as in the benchmark of delivery, without its peers. Prints memory a connection in kB, the CPU
of a delivered event in us, the rate of events that it still delivers, and its latencies at 2,000 events a second in ms.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "delivery"))

import compare  # noqa: E402
import servers  # noqa: E402
from tasks import make_tasks  # noqa: E402


def main():
    tasks = make_tasks(max(compare.SOCKETS, compare.WATCHERS))
    with servers.MaaS() as server:
        found = compare.measure(server, tasks)
    print(*(found[name] for name in ("memory", "cpu", "rate", "p50", "p99")))


main()
