"""What an overlay takes from k8s/components, or leaves out."""

from __future__ import annotations

import re
import tempfile
import unittest
from pathlib import Path

import kubernetes_validate
import yaml

from manifests import KUBERNETES, MONITORING, ROOT, SERVICES, overlay, production_with


class ComponentTests(unittest.TestCase):
    def test_what_prometheus_has_to_find_has_the_label_that_it_selects(self):
        there = [one for one in overlay("production").objects if one["kind"] in MONITORING]
        self.assertEqual({one["kind"] for one in there}, MONITORING)
        for one in there:
            self.assertEqual(one["metadata"]["labels"]["release"], "kube-prometheus-stack")

    def test_an_overlay_without_monitoring_is_made_as_well(self):
        text = (ROOT / "k8s/overlays/production/kustomization.yaml").read_text()
        without = re.sub(r"(?m)^  - \.\./\.\./components/monitoring .*\n", "", text)
        self.assertNotEqual(without, text)
        with tempfile.TemporaryDirectory(dir=ROOT / "k8s/overlays") as folder:
            for path in (ROOT / "k8s/overlays/production").iterdir():
                (Path(folder) / path.name).write_text(path.read_text())
            (Path(folder) / "kustomization.yaml").write_text(without)
            made = overlay(Path(folder).name)
        self.assertEqual([one for one in made.objects if one["kind"] in MONITORING], [])

    def test_traces_reach_their_collector(self):
        made = production_with("tracing")
        self.assertIn("MAAS_TRACING_ENDPOINT", made.config_map("maas-environment"))
        for one in made.objects:
            if one["kind"] not in MONITORING:
                kubernetes_validate.validate(one, KUBERNETES[0], strict=True)
        names = [
            one["metadata"]["namespace"] for one in made.of("NetworkPolicy") if one["metadata"]["name"] == "tracing"
        ]
        self.assertEqual(sorted(names), ["maas", "maas-jobs"])

    def test_services_trust_an_authority_of_the_operators(self):
        made = production_with("private-ca")
        told = re.search(r"```yaml\n(.*?)```", (ROOT / "docs/deploy.md").read_text(), re.DOTALL)[1]
        mount, volume = yaml.safe_load(told)
        for name in SERVICES:
            one = made.one("Deployment", name)
            kubernetes_validate.validate(one, KUBERNETES[0], strict=True)
            pod = one["spec"]["template"]["spec"]
            self.assertIn(mount, pod["containers"][0]["volumeMounts"])
            self.assertIn(volume, pod["volumes"])
            # Beside what they have anyway.
            self.assertIn("configuration", [each["name"] for each in pod["volumes"]])
        # Where the reporter looks first, in whatever image.
        places = (ROOT / "Sources/Reporter/Transfer/CertificateAuthorities.swift").read_text()
        self.assertIn(f'places = [\n        "{mount["mountPath"]}"', places)


if __name__ == "__main__":
    unittest.main()
