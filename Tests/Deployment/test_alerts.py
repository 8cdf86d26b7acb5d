"""The alerts: promtool accepts them, each is said when it should be, and each says what to do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

from expressions import PROMTOOL, faults, metrics_in
from manifests import ROOT, SERVICES, overlay

HERE = Path(__file__).resolve().parent


def rules() -> list[dict]:
    return overlay("production").one("PrometheusRule", "maas")["spec"]["groups"]


def alerts() -> list[dict]:
    return [rule for group in rules() for rule in group["rules"]]


def dashboard() -> dict:
    return json.loads(overlay("production").one("ConfigMap", "maas-dashboard")["data"]["maas.json"])


def panels() -> list[dict]:
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


class AlertTests(unittest.TestCase):
    def test_each_is_said_when_it_should_be_and_none_when_all_is_well(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "rules.yaml").write_text(yaml.safe_dump({"groups": rules()}))
            shutil.copy(HERE / "alerts.yaml", folder)
            for command in [["check", "rules", "rules.yaml"], ["test", "rules", "alerts.yaml"]]:
                done = subprocess.run([PROMTOOL, *command], cwd=folder, capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_none_is_left_out_of_that_test(self):
        worlds = yaml.safe_load((HERE / "alerts.yaml").read_text())["tests"]
        tried = {
            case["alertname"] for world in worlds for case in world.get("alert_rule_test", []) if case["exp_alerts"]
        }
        self.assertEqual(tried, {rule["alert"] for rule in alerts()})

    def test_each_has_its_entry_in_the_runbook_and_the_runbook_no_other(self):
        entries = re.findall(r"^## (MaaS\w+)$", (ROOT / "docs/runbook.md").read_text(), re.MULTILINE)
        self.assertEqual(sorted(entries), sorted(rule["alert"] for rule in alerts()))

    def test_they_ask_for_metrics_and_labels_that_there_are(self):
        for rule in alerts():
            with self.subTest(alert=rule["alert"]):
                self.assertEqual(faults(rule["expr"]), set())

    def test_what_every_program_has_is_asked_for_of_the_services_only(self):
        # Prometheus gives the targets of other ServiceMonitors a label `service`, too.
        services = f'service=~"{"|".join(SERVICES)}"'
        asked = [rule["expr"] for rule in alerts()] + [target["expr"] for one in panels() for target in one["targets"]]
        chosen = [labels for one in asked for labels in re.findall(r"\bprocess_\w+\{([^}]*)\}", one)]
        self.assertEqual(set(chosen), {services})

    def test_what_is_not_there_is_found(self):
        self.assertEqual(faults("sum by (class) (maas_queue_tasks)"), set())
        self.assertEqual(faults("sum by (clazz) (maas_queue_task)"), {"clazz", "maas_queue_task"})
        self.assertEqual(faults('maas_dispatcher_leader{class="low"}'), {"class"})

    def test_the_dashboard_asks_for_metrics_and_labels_that_there_are(self):
        self.assertGreater(len(panels()), 10)
        for panel in panels():
            with self.subTest(panel=panel["title"]):
                for target in panel["targets"]:
                    self.assertTrue(metrics_in(target["expr"]))
                    self.assertEqual(faults(target["expr"]), set())


if __name__ == "__main__":
    unittest.main()
