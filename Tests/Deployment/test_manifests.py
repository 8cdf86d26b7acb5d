"""Each overlay is what Kubernetes accepts, and what this project asks of itself."""

from __future__ import annotations

import copy
import functools
import ipaddress
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import kubernetes_validate

from manifests import (
    KUBERNETES,
    MONITORING,
    OVERLAYS,
    ROOT,
    SERVICES,
    containers,
    overlay,
    program,
    secrets,
    template_pods,
)


def each_overlay(test):
    """Runs a test once for each overlay, which it takes."""

    @functools.wraps(test)
    def run(self):
        for name in OVERLAYS:
            with self.subTest(overlay=name):
                test(self, overlay(name))

    return run


class ManifestTests(unittest.TestCase):
    @each_overlay
    def test_every_object_has_the_form_that_kubernetes_asks_for(self, made):
        for one in made.objects:
            if one["kind"] in MONITORING:
                continue
            for version in KUBERNETES:
                with self.subTest(version=version, object=f"{one['kind']} {one['metadata']['name']}"):
                    kubernetes_validate.validate(one, version, strict=True)

    def test_the_check_of_the_form_can_fail(self):
        wrong = copy.deepcopy(overlay("production").one("Deployment", "api-gateway"))
        wrong["spec"]["template"]["spec"]["containers"][0]["imagePulPolicy"] = "Always"
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(wrong, KUBERNETES[0], strict=True)

    @each_overlay
    def test_objects_are_named_once(self, made):
        names = [(one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]) for one in made.objects]
        self.assertEqual(len(names), len(set(names)))

    @each_overlay
    def test_every_pod_meets_the_standard_restricted(self, made):
        for workload in made.workloads:
            pod = workload["spec"]["template"]["spec"]
            with self.subTest(workload=workload["metadata"]["name"]):
                self.assertIs(pod["securityContext"]["runAsNonRoot"], True)
                self.assertEqual(pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
                for field in ["hostNetwork", "hostPID", "hostIPC"]:
                    self.assertNotIn(field, pod)
                allowed = {"configMap", "emptyDir", "secret", "projected", "persistentVolumeClaim"}
                for volume in pod["volumes"]:
                    self.assertLessEqual(set(volume) - {"name"}, allowed)
                for container in containers(workload):
                    context = container["securityContext"]
                    self.assertIs(context["allowPrivilegeEscalation"], False)
                    self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
                    self.assertNotIn("privileged", context)
                    # More than the standard asks for.
                    self.assertIs(context["readOnlyRootFilesystem"], True)

    @each_overlay
    def test_only_the_dispatcher_is_given_a_token_of_the_cluster(self, made):
        holders = [
            one["metadata"]["name"]
            for one in made.workloads
            if one["spec"]["template"]["spec"].get("automountServiceAccountToken") is not False
        ]
        self.assertEqual(holders, ["dispatcher"])

    @each_overlay
    def test_every_secret_that_is_referred_to_is_made(self, made):
        there = secrets(made.name)
        for workload in made.workloads:
            for container in containers(workload):
                for variable in container.get("env", []):
                    reference = variable.get("valueFrom", {}).get("secretKeyRef")
                    if reference and not reference.get("optional"):
                        self.assertIn(reference["key"], there.get(reference["name"], set()), reference)
            for volume in workload["spec"]["template"]["spec"]["volumes"]:
                for item in volume.get("secret", {}).get("items", []):
                    self.assertIn(item["key"], there.get(volume["secret"]["secretName"], set()))

    @each_overlay
    def test_every_secret_of_an_ingress_is_one_that_the_page_tells_to_make(self, made):
        told = re.findall(r"^\| `(maas-[a-z-]+)` \|", (ROOT / "docs/deploy.md").read_text(), re.MULTILINE)
        for one in made.of("Ingress"):
            for part in one["spec"].get("tls", []):
                self.assertIn(part["secretName"], told)

    @each_overlay
    def test_a_service_has_the_secrets_that_it_uses_and_no_others(self, made):
        folders = {"api-gateway": "APIGateway", "dispatcher": "Dispatcher", "progress-relay": "ProgressRelay"}
        uses = {"S3_SECRET_KEY": ".objectStore", "MAAS_POD_REDIS_URL": ".podRedisURL"}
        for service, folder in folders.items():
            source = "".join(path.read_text() for path in (ROOT / "Sources" / folder).rglob("*.swift"))
            container = made.one("Deployment", service)["spec"]["template"]["spec"]["containers"][0]
            given = {variable["name"] for variable in container["env"] if "valueFrom" in variable}
            for secret, member in uses.items():
                self.assertEqual(
                    secret in given,
                    f"configuration{member}" in source or f"dispatcher{member}" in source,
                    f"{service}: {secret}",
                )

    @each_overlay
    def test_what_is_chosen_by_labels_is_there(self, made):
        pods = [(one["metadata"]["namespace"], one["spec"]["template"]["metadata"]["labels"]) for one in made.workloads]
        for one in made.of("Service", "PodDisruptionBudget", "Deployment", "StatefulSet"):
            selector = one["spec"]["selector"]
            wanted = (selector.get("matchLabels") or selector).items()
            matching = [
                labels for space, labels in pods if space == one["metadata"]["namespace"] and wanted <= labels.items()
            ]
            self.assertEqual(len(matching), 1, f"{one['kind']} {one['metadata']['name']}")

    @each_overlay
    def test_a_service_that_is_not_ready_holds_up_no_drain(self, made):
        budgets = made.of("PodDisruptionBudget")
        self.assertEqual(sorted(one["metadata"]["name"] for one in budgets), sorted(SERVICES))
        for one in budgets:
            self.assertEqual(one["spec"]["unhealthyPodEvictionPolicy"], "AlwaysAllow")

    @each_overlay
    def test_ports_are_named_where_they_are_used(self, made):
        for workload in made.workloads:
            for container in containers(workload):
                ports = {port["name"] for port in container.get("ports", [])}
                for probe in ["startupProbe", "readinessProbe", "livenessProbe"]:
                    port = container.get(probe, {}).get("httpGet", {}).get("port")
                    self.assertTrue(port is None or port in ports, f"{workload['metadata']['name']}: {probe}")
        for path in made.one("Ingress", "maas")["spec"]["rules"][0]["http"]["paths"]:
            service = path["backend"]["service"]
            ports = {port["name"] for port in made.one("Service", service["name"])["spec"]["ports"]}
            self.assertIn(service["port"]["name"], ports)

    @each_overlay
    def test_services_are_probed_and_have_the_time_to_stop(self, made):
        for name in SERVICES:
            pod = made.one("Deployment", name)["spec"]["template"]["spec"]
            container = pod["containers"][0]
            self.assertEqual(container["readinessProbe"]["httpGet"]["path"], "/readyz")
            self.assertEqual(container["livenessProbe"]["httpGet"]["path"], "/healthz")
            before = container["lifecycle"]["preStop"]["sleep"]["seconds"]
            # ServiceGroup gives each part of a service 20 s, and most of them take none.
            self.assertGreaterEqual(pod["terminationGracePeriodSeconds"], before + 2 * 20)

    @each_overlay
    def test_each_namespace_allows_only_what_is_said(self, made):
        for namespace in ["maas", "maas-jobs"]:
            closed = [
                one["spec"]
                for one in made.of("NetworkPolicy")
                if one["metadata"]["namespace"] == namespace and one["metadata"]["name"] == "nothing-else"
            ]
            self.assertEqual(closed, [{"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}])

    @each_overlay
    def test_the_pods_of_jobs_reach_names_redis_and_s3_only(self, made):
        reached = {}
        for policy in made.of("NetworkPolicy"):
            if policy["metadata"]["namespace"] != "maas-jobs":
                continue
            for rule in policy["spec"].get("egress", []):
                self.assertTrue(rule.get("to"), f"{policy['metadata']['name']} allows every address")
                ports = {port["port"] for port in rule.get("ports", [])}
                reached.setdefault(policy["metadata"]["name"], set()).update(ports)
        self.assertEqual(reached.pop("names"), {53})
        self.assertEqual(reached.pop("backing-services"), {6379, 9000 if made.name == "local" else 443})
        self.assertEqual(reached, {"between-nodes": set()} if made.name == "production" else {})

    @each_overlay
    def test_services_reach_what_they_need_and_are_reached(self, made):
        store = 9000 if made.name == "local" else 443
        asked = {
            "api-gateway": {53, 5432, 6379, store},
            "dispatcher": {53, 5432, 6379, store, 443, 6443},  # 443 or 6443: the Kubernetes API
            "progress-relay": {53, 5432, 6379},
        }
        for name in SERVICES:
            with self.subTest(service=name):
                reached = {port.get("port") for rule in self.rules(made, "egress", name) for port in rule["ports"]}
                self.assertLessEqual(asked[name], reached)
                served = {port["port"] for rule in self.rules(made, "ingress", name) for port in rule["ports"]}
                self.assertEqual(served, {"http", "operations"})

    @each_overlay
    def test_users_servers_may_be_at_any_port_of_a_public_address(self, made):
        public = ["93.184.216.34", "2606:2800:220:1::1"]
        private = ["10.0.0.1", "127.0.0.1", "169.254.169.254", "172.31.0.1", "192.168.1.1", "100.64.0.1", "fd00::1", "::1"]
        for name in ["api-gateway", "progress-relay"]:
            for address in [*public, *private]:
                with self.subTest(service=name, address=address):
                    self.assertEqual(self.is_reached(made, name, address, 8443), address in public)
        self.assertFalse(self.is_reached(made, "dispatcher", public[0], 8443))

    @each_overlay
    def test_policies_leave_out_what_the_services_leave_out(self, made):
        code = (ROOT / "Sources/MaaSCore/Network/AddressPolicy.swift").read_text()
        lists = [re.findall(r'"([^"]+)"', one) for one in re.findall(r"let special[46] = \[([^\]]+)\]", code)]
        (rule,) = made.one("NetworkPolicy", "internet")["spec"]["egress"]
        blocks = [peer["ipBlock"] for peer in rule["to"]]
        self.assertEqual([block["cidr"] for block in blocks], ["0.0.0.0/0", "2000::/3"])
        self.assertEqual([sorted(block["except"]) for block in blocks], [sorted(one) for one in lists])

    def is_reached(self, made, service: str, address: str, port: int) -> bool:
        """Whether policies let a service connect to an address outside of the cluster."""
        address = ipaddress.ip_address(address)
        for rule in self.rules(made, "egress", service):
            if not any(one.get("port", port) == port for one in rule["ports"]):
                continue
            blocks = [peer["ipBlock"] for peer in rule.get("to", []) if "ipBlock" in peer]
            if "to" not in rule or any(
                address in ipaddress.ip_network(block["cidr"])
                and not any(address in ipaddress.ip_network(one) for one in block.get("except", []))
                for block in blocks
            ):
                return True
        return False

    def rules(self, made, direction: str, service: str) -> list[dict]:
        """What policies allow the pods of a service."""
        labels = made.one("Deployment", service)["spec"]["template"]["metadata"]["labels"]
        found = []
        for policy in made.of("NetworkPolicy"):
            selector = policy["spec"]["podSelector"]
            is_selected = selector.get("matchLabels", {}).items() <= labels.items() and all(
                labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", [])
            )
            if policy["metadata"]["namespace"] == "maas" and is_selected:
                found += policy["spec"].get(direction, [])
        return found

    @each_overlay
    def test_every_template_is_shipped(self, made):
        files = {path.name: path.read_text() for path in (ROOT / "k8s/templates").glob("*.yaml")}
        self.assertEqual(made.config_map("maas-templates"), files)

    def test_the_pods_of_templates_have_the_form_that_kubernetes_asks_for(self):
        self.assertEqual(len(template_pods()), 7)
        for name, spec in template_pods().items():
            pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}, "spec": spec}
            for version in KUBERNETES:
                with self.subTest(version=version, pod=name):
                    kubernetes_validate.validate(pod, version, strict=True)

    def test_an_image_that_a_node_has_is_not_asked_for_again(self):
        # Kubernetes would ask for :latest each time, also where it was loaded onto the node and no registry has it.
        for name, spec in template_pods().items():
            for container in [*spec["initContainers"], *spec["containers"]]:
                with self.subTest(pod=name, container=container["name"]):
                    self.assertEqual(container["imagePullPolicy"], "IfNotPresent")

    def test_the_pods_of_templates_tolerate_the_usual_taint_of_nodes_with_gpus(self):
        for name, spec in template_pods().items():
            with self.subTest(pod=name):
                taint = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
                self.assertEqual(spec["tolerations"], [taint])

    def test_a_real_generator_is_not_the_first_to_be_killed(self):
        # A pod that requests nothing is BestEffort.
        for name, spec in template_pods().items():
            if not name.startswith("demo "):
                with self.subTest(pod=name):
                    (generator,) = spec["containers"]
                    self.assertEqual(set(generator["resources"]["requests"]), {"cpu", "memory"})

    def test_versions_are_pinned_where_it_matters(self):
        for workload in overlay("production").workloads:
            for container in containers(workload):
                self.assertRegex(container["image"], r":\d+\.\d+\.\d+$")
        environment = overlay("production").config_map("maas-environment")
        for name in ["MAAS_WORKER_IMAGE", "MAAS_REPORTER_IMAGE"]:
            self.assertRegex(environment[name], r":\d+\.\d+\.\d+$")

    @each_overlay
    def test_each_service_accepts_the_configuration_it_is_given(self, made):
        for name in SERVICES:
            with self.subTest(service=name):
                self.assertEqual(self.check_configuration(made, name), (0, ""))

    def test_a_service_without_its_secrets_says_which(self):
        status, said = self.check_configuration(overlay("production"), "api-gateway", without="DATABASE_URL")
        self.assertEqual(status, 78)
        self.assertIn("DATABASE_URL", said)

    def check_configuration(self, made, name: str, without: str | None = None) -> tuple[int, str]:
        """Runs the service with what its container has: its files, its environment, and Secrets of some value."""
        container = made.one("Deployment", name)["spec"]["template"]["spec"]["containers"][0]
        values = {
            "url": "postgres://maas:x@db.example.com/maas",
            "pod-url": "redis://pod:x@redis.example.com",
            "secret": "s" * 48,
            "access-key": "a" * 20,
            "secret-key": "k" * 40,
            "key": "w" * 48,
            "authorization": "Bearer t",
            "previous-secret": "p" * 48,
            "previous-key": "q" * 48,
        }
        environment = dict(made.config_map("maas-environment"))
        for variable in container["env"]:
            reference = variable.get("valueFrom", {}).get("secretKeyRef")
            # An optional one that no Secret has is not set at all.
            if reference and reference.get("optional") and reference["key"] not in values:
                continue
            value = variable.get("value") or values[reference["key"]]
            if reference and reference["name"] == "maas-redis" and reference["key"] == "url":
                value = "redis://maas:x@redis.example.com"
            environment[variable["name"]] = value
        environment.pop(without, None)
        with tempfile.TemporaryDirectory() as folder:
            for kind in ["configuration", "templates"]:
                (Path(folder) / kind).mkdir()
                for file, text in made.config_map(f"maas-{kind}").items():
                    (Path(folder) / kind / file).write_text(text)
            # In the container both are below /etc/maas.
            environment["MAAS_TEMPLATES"] = environment["MAAS_TEMPLATES"].replace("/etc/maas", folder)
            arguments = [one.replace("/etc/maas", folder) for one in container["args"]]
            environment |= {one: os.environ[one] for one in ["PATH", "LD_LIBRARY_PATH"] if one in os.environ}
            run = subprocess.run(
                [program(name), *arguments, "--check-config"],
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
            )
            return run.returncode, run.stderr


if __name__ == "__main__":
    unittest.main()
