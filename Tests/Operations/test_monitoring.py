"""The alerts and the dashboard ask for metrics that the running services show."""

from __future__ import annotations

import json
import os
import re
import unittest
import urllib.request

import yaml
from installation import ROOT, OperationsTestCase

MONITORING = ROOT / "k8s/components/monitoring"
NAME = re.compile(r"\b(?:maas|process)_[a-z_]+\b")


class MonitoringTests(OperationsTestCase):
    def test_every_metric_that_is_asked_for_is_shown(self):
        self.completed([self.installation.submit_quick("measured", seconds=0)])
        shown = set()
        for address in os.environ["MAAS_METRICS"].split():
            with urllib.request.urlopen(address, timeout=10) as answer:
                shown |= set(re.findall(r"^# TYPE (\S+)", answer.read().decode(), re.MULTILINE))

        rules = yaml.safe_load((MONITORING / "alerts.yaml").read_text())["spec"]["groups"]
        panels = json.loads((MONITORING / "maas.json").read_text())["panels"]
        asked = [rule["expr"] for group in rules for rule in group["rules"]]
        asked += [target["expr"] for panel in panels for target in panel.get("targets", [])]
        names = {re.sub(r"_(bucket|sum|count)$", "", name) for expression in asked for name in NAME.findall(expression)}

        if "MAAS_TRACING_ENDPOINT" not in os.environ:
            names.discard("maas_spans_lost_total")  # There is none where nothing is traced.
        self.assertGreater(len(names), 20)
        self.assertEqual(names - shown, set())


if __name__ == "__main__":
    unittest.main()
