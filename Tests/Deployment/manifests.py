"""The manifests as kustomize makes them."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
OVERLAYS = ["local", "production"]

#: The oldest that knows a `sleep` before stopping, and the newest of which there is a schema.
KUBERNETES = ["1.30", "1.35"]

#: Kinds of the Prometheus operator: Kubernetes itself has no schema of them.
MONITORING = {"PodMonitor", "PrometheusRule"}

#: The services of the control plane, by their executables.
SERVICES = ["api-gateway", "dispatcher", "progress-relay"]


@dataclass(frozen=True)
class Overlay:
    name: str
    objects: list[dict]

    def of(self, *kinds: str) -> list[dict]:
        return [one for one in self.objects if one["kind"] in kinds]

    def one(self, kind: str, name: str) -> dict:
        found = [each for each in self.of(kind) if each["metadata"]["name"] == name]
        assert len(found) == 1, f"{self.name}: {len(found)} of {kind} {name}"
        return found[0]

    @property
    def workloads(self) -> list[dict]:
        return self.of("Deployment", "StatefulSet")

    def config_map(self, beginning: str) -> dict:
        """A generated one: its name ends with a digest of what it holds."""
        found = [one for one in self.of("ConfigMap") if one["metadata"]["name"].startswith(beginning)]
        assert len(found) == 1, f"{self.name}: {len(found)} ConfigMaps {beginning}"
        return found[0]["data"]


@functools.cache
def overlay(name: str) -> Overlay:
    made = subprocess.run(
        ["kubectl", "kustomize", "--load-restrictor", "LoadRestrictionsNone", str(ROOT / "k8s/overlays" / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0 or made.stderr:
        raise AssertionError(f"kustomize refuses {name}: {made.stderr}")
    return Overlay(name, [one for one in yaml.safe_load_all(made.stdout) if one])


def production_with(component: str) -> Overlay:
    """The production overlay with one more of k8s/components."""
    with tempfile.TemporaryDirectory(dir=ROOT / "k8s/overlays") as folder:
        (Path(folder) / "kustomization.yaml").write_text(
            f"resources: [../production]\ncomponents: [../../components/{component}]\n"
        )
        return overlay(Path(folder).name)


@functools.cache
def secrets(name: str) -> dict[str, set[str]]:
    """What scripts/cluster-secrets makes for an overlay: the keys of each Secret."""
    given = ["DATABASE_URL", "REDIS_URL", "MAAS_POD_REDIS_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY"]
    made = subprocess.run(
        [ROOT / "scripts/cluster-secrets", name],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **{one: "given" for one in given}},
    )
    return {one["metadata"]["name"]: set(one["data"]) for one in yaml.safe_load_all(made.stdout)}


def containers(workload: dict) -> list[dict]:
    pod = workload["spec"]["template"]["spec"]
    return pod.get("initContainers", []) + pod["containers"]


@functools.cache
def template_pods() -> dict[str, dict]:
    """The spec of each pod of the shipped templates, by template and role; a placeholder stands there as its name."""
    pods = {}
    for path in sorted((ROOT / "k8s/templates").glob("*.yaml")):
        _, job = yaml.safe_load_all(re.sub(r"\{\{ (\w+) \}\}", r"\1", path.read_text()))
        for role, replica in job["spec"]["pytorchReplicaSpecs"].items():
            pods[f"{path.stem} {role}"] = replica["template"]["spec"]
    return pods


def program(name: str) -> str:
    """An executable of this build: of the product's, or else of the tests'."""
    folders = [os.environ.get("MAAS_BIN", ""), str(ROOT / ".build/debug"), str(ROOT / ".build/release")]
    for folder in folders:
        if folder and os.access(Path(folder) / name, os.X_OK):
            return str(Path(folder) / name)
    raise AssertionError(f"{name} is not built: swift build --product {name}")
