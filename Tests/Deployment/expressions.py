"""What expressions in PromQL ask for, and the metrics that the services register."""

from __future__ import annotations

import functools
import os
import re
import shutil

from manifests import ROOT

PROMTOOL = os.environ.get("MAAS_PROMTOOL") or shutil.which("promtool") or str(ROOT / ".maas/tools/promtool")

#: A name by which a service registers a metric: Prometheus' own beside ours.
NAME = r"(?:maas|process)_[a-z_]+"

#: A metric's name and its labels, in the sources; the labels are the same call's.
REGISTRATION = re.compile(rf'"({NAME})"(?:(?:(?!"{NAME}")[^{{}}])*?\blabels: \[([^\]]*)\])?')

#: What Prometheus knows of each replica (k8s/components/monitoring/pods.yaml), and of each bucket.
TARGET = {"service", "namespace", "pod", "le"}


@functools.cache
def registered() -> dict[str, set[str]]:
    """All metrics that the sources register, with their labels. That running services show them, Tests/Operations tests."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "Sources").rglob("*.swift"):
        for name, labels in REGISTRATION.findall(path.read_text()):
            found.setdefault(name, set()).update(re.findall(r'"(\w+)"', labels))
    return found


def metrics_in(expression: str) -> set[str]:
    """The metrics that an expression asks for, by the names under which services register them."""
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(rf"\b{NAME}\b", expression)}


def labels_in(expression: str) -> set[str]:
    """The labels that it selects or groups by."""
    grouped = [name for names in re.findall(r"\b(?:by|without|on) \(([^)]*)\)", expression) for name in names.split(",")]
    selected = [name for one in re.findall(r"\{([^}]*)\}", expression) for name in re.findall(r"(\w+)\s*[=!]", one)]
    return {name.strip() for name in [*grouped, *selected]}


def faults(expression: str) -> set[str]:
    """The names in an expression that no service knows."""
    asked = metrics_in(expression)
    known = TARGET.union(*(registered().get(name, set()) for name in asked))
    return (asked - registered().keys()) | (labels_in(expression) - known)
