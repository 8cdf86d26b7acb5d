"""What the pages tell their readers to type into kubectl, in a sentence as in a block, it takes; and what that names is there.

Blocks are also run, see test_commands.py; and Tests/EndToEnd/test_pages.py asks the local cluster what sentences ask.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unittest

from manifests import OVERLAYS, ROOT, SERVICES, Overlay, containers, overlay, secrets

sys.path.insert(0, str(ROOT / "Tests" / "Support"))

from documents import PAGES, commands, spans, told_kubectl  # noqa: E402

#: Kinds that the pages speak of, by their names for kubectl; and whether they live in a namespace.
KINDS = {
    "deployment": ("Deployment", True),
    "service": ("Service", True),
    "secret": ("Secret", True),
    "pod": ("Pod", True),
    "event": ("Event", True),
    "pytorchjob": ("PyTorchJob", True),
    "node": ("Node", False),
}

#: Options that take a value, as far as the pages use them; any other is a flag.
VALUED = {"--namespace", "-n", "-o", "-f", "-k", "-c", "-l", "--selector", "--tail", "--raw", "--load-restrictor"}

#: Verbs that say what of a kind they are about by TYPE/NAME, or by the name of a pod.
ABOUT_ONE = {"logs", "exec", "port-forward"}

#: Their reader has the kubeconfig of local mode, whose context has a namespace.
LOCAL_MODE = {"README.md", "docs/local-mode.md", "docs/local-cluster.md", "docs/templates.md"}

#: Verbs of parts that are none by themselves.
GROUPS = {"rollout"}


def told() -> list[tuple[str, list[str]]]:
    """The arguments of each command, with its page. A verb alone is the name of something, as is what decisions tell of."""
    pages = [page for page in PAGES if not page.startswith("docs/decisions/")]
    found = [(page, one) for page in pages for text in commands(page) + spans(page) for one in told_kubectl(text)]
    return [(page, one) for page, one in found if len(one) > 1 or one[0] not in {"cordon", "drain", "logs"}]


class Told:
    """A command of a page, taken apart."""

    def __init__(self, page: str, arguments: list[str]):
        self.page = page
        self.options: dict[str, str] = {}
        self.positional: list[str] = []
        end = arguments.index("--") if "--" in arguments else len(arguments)
        self.own = arguments[:end]
        words = iter(self.own)
        for word in words:
            if word in VALUED:
                self.options[word] = next(words, "")
            elif not word.startswith("-"):
                self.positional.append(word)
        self.verb = " ".join(self.positional[: 2 if self.positional[0] in GROUPS else 1])
        self.objects = self.positional[len(self.verb.split()) :]

    @property
    def namespace(self) -> str | None:
        return self.options.get("--namespace", self.options.get("-n"))

    def faults(self) -> list[str]:
        return self._refused() or [*self._faults_of_files(), *self._faults_of_objects()]

    def _refused(self) -> list[str]:
        """What kubectl itself has against the verb and the options: for help it reads them all, and asks no cluster."""
        done = subprocess.run(
            ["kubectl", *self.own, "--help"], capture_output=True, text=True, check=False, env={**os.environ, "KUBECONFIG": "/dev/null"}
        )
        if done.returncode:
            return [re.sub("^[Ee]rror: ", "", done.stderr.strip().splitlines()[0])]
        if not re.search(rf"^Usage:\n  kubectl {self.verb} (?!SUBCOMMAND)", done.stdout, re.MULTILINE):
            return [f"kubectl has no {self.verb}"]
        return []

    def _faults_of_files(self) -> list[str]:
        files = [self.options[one] for one in ("-f", "-k") if one in self.options]
        files += self.objects if self.verb == "kustomize" else []
        return [f"there is no {file}" for file in files if file != "-" and not (ROOT / file).exists()]

    def _faults_of_objects(self) -> list[str]:
        if self.verb in {"get", "describe"} and self.objects:
            kinds, names = self.objects[0].split(","), self.objects[1:]
            return [fault for kind in kinds for fault in self._faults_of_kind(kind, names)]
        if self.verb.startswith("rollout"):
            return [fault for one in self.objects or ["/"] for fault in self._faults_of_one(one)]
        if self.verb == "logs" and "--selector" in self.options:
            return self._faults_of_selector()
        if self.verb in ABOUT_ONE:
            return [*self._faults_of_one(self.objects[0]), *self._faults_of_ports()]
        return []

    def _faults_of_one(self, which: str) -> list[str]:
        kind, _, name = which.rpartition("/")
        # A pod's name is made by its cluster: a page writes POD.
        return self._faults_of_kind(kind if "/" in which else "pod", [name] if kind else [])

    def _faults_of_kind(self, kind: str, names: list[str]) -> list[str]:
        if kind.removesuffix("s") not in KINDS:
            return [f"there is no kind {kind}"]
        proper, is_namespaced = KINDS[kind.removesuffix("s")]
        if not is_namespaced:
            return []
        if self.namespace is None:
            return [] if self.page in LOCAL_MODE and not names else [f"{kind} needs a --namespace"]
        if not any(overlay(one).of("Namespace") and self._has_namespace(overlay(one)) for one in OVERLAYS):
            return [f"there is no namespace {self.namespace}"]
        return [f"no {kind} {name} in {self.namespace}" for name in names if not self._is_there(proper, name)]

    def _faults_of_selector(self) -> list[str]:
        """What is wrong with the pods that are chosen by a label: there have to be some."""
        key, _, value = self.options["--selector"].partition("=")
        pods = [one["spec"]["template"]["metadata"]["labels"] for each in OVERLAYS for one in overlay(each).workloads
                if one["metadata"]["namespace"] == self.namespace]
        return [] if any(labels.get(key) == value for labels in pods) else [f"no pod {key}={value} in {self.namespace}"]

    def _has_namespace(self, made: Overlay) -> bool:
        return self.namespace in {one["metadata"]["name"] for one in made.of("Namespace")}

    def _is_there(self, kind: str, name: str) -> bool:
        if kind == "Secret":
            keys = re.findall(r"\.data\.([\w-]+)", self.options.get("-o", ""))
            return any(set(keys) <= secrets(one).get(name, set()) and name in secrets(one) for one in OVERLAYS)
        return any(
            (each["metadata"]["name"], each["metadata"].get("namespace")) == (name, self.namespace)
            for one in OVERLAYS
            for each in overlay(one).of(kind)
        )

    def _faults_of_ports(self) -> list[str]:
        if self.verb != "port-forward":
            return []
        kind, _, name = self.objects[0].rpartition("/")
        wanted = {int(port.rpartition(":")[2]) for port in self.objects[1:]}
        if kind == "service":
            there = {port["port"] for one in OVERLAYS for each in overlay(one).of("Service") if each["metadata"]["name"] == name
                     for port in each["spec"]["ports"]}
        else:
            # Any of the services' pods is meant.
            pods = [containers(overlay(one).one("Deployment", service)) for one in OVERLAYS for service in SERVICES]
            there = set.intersection(*({port["containerPort"] for each in pod for port in each.get("ports", [])} for pod in pods))
        return [f"{self.objects[0]} has no port {port}" for port in wanted - there]


class KubectlTests(unittest.TestCase):
    def test_each_is_one_that_kubectl_takes_about_what_is_there(self):
        found = told()
        self.assertGreater(len(found), 25)
        for page, arguments in found:
            with self.subTest(page=page, command=" ".join(arguments)):
                self.assertEqual(Told(page, arguments).faults(), [])

    def test_what_is_wrong_is_found(self):
        for text, fault in {
            "kubectl gte pods --namespace maas": 'unknown command "gte" for "kubectl"',
            "kubectl --namespace maas get pods --wid": "unknown flag: --wid",
            "kubectl --namespace maas rollout undoo deployment/dispatcher": "kubectl has no rollout undoo",
            "kubectl --namespace maas rollout undo deployment/dispatch": "no deployment dispatch in maas",
            "kubectl --namespace maas rollout undo": "there is no kind ",
            "kubectl rollout undo deployment/dispatcher": "deployment needs a --namespace",
            "kubectl --namespace mass get pods": "there is no namespace mass",
            "kubectl --namespace maas get secret maas-webhooks -o jsonpath='{.data.keys}'": "no secret maas-webhooks in maas",
            "kubectl --namespace maas port-forward service/api-gateway 8080:81": "service/api-gateway has no port 81",
            "kubectl --namespace maas port-forward POD 9099": "POD has no port 9099",
            "kubectl --namespace maas logs --selector app=dispatcher --tail 9": "no pod app=dispatcher in maas",
            "cat x | kubectl apply -f k8s/base/nothing.yaml": "there is no k8s/base/nothing.yaml",
        }.items():
            with self.subTest(text=text):
                [arguments] = told_kubectl(text)
                self.assertEqual(Told("docs/x.md", arguments).faults(), [fault])


if __name__ == "__main__":
    unittest.main()
