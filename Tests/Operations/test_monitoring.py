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

#: What an expression takes the increase of: a counter, and the labels that it selects.
INCREASE = re.compile(r"\bincrease\((\w+)(?:\{(.*?)\})?\[")
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"(.*?)"')
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? \S+$", re.MULTILINE)


def rules() -> list[dict]:
    groups = yaml.safe_load((MONITORING / "alerts.yaml").read_text())["spec"]["groups"]
    return [rule for group in groups for rule in group["rules"]]


def shown() -> str:
    """What all services show."""
    texts = []
    for address in os.environ["MAAS_METRICS"].split():
        with urllib.request.urlopen(address, timeout=10) as answer:
            texts.append(answer.read().decode())
    return "".join(texts)


def is_selected(labels: dict[str, str], matchers: list[tuple[str, str, str]]) -> bool:
    return all(
        (labels.get(label) == value if operator in {"=", "!="} else bool(re.fullmatch(value, labels.get(label, ""))))
        == operator.startswith("=")
        for label, operator, value in matchers
    )


class MonitoringTests(OperationsTestCase):
    def test_every_metric_that_is_asked_for_is_shown(self):
        self.completed([self.installation.submit_quick("measured", seconds=0)])
        there = set(re.findall(r"^# TYPE (\S+)", shown(), re.MULTILINE))

        panels = json.loads((MONITORING / "maas.json").read_text())["panels"]
        asked = [rule["expr"] for rule in rules()]
        asked += [target["expr"] for panel in panels for target in panel.get("targets", [])]
        names = {re.sub(r"_(bucket|sum|count)$", "", name) for expression in asked for name in NAME.findall(expression)}

        if "MAAS_TRACING_ENDPOINT" not in os.environ:
            names.discard("maas_spans_lost_total")  # There is none where nothing is traced.
        self.assertGreater(len(names), 20)
        self.assertEqual(names - there, set())

    def test_what_an_alert_takes_the_increase_of_is_shown_before_it_happens(self):
        # Prometheus knows no increase of a series that it has not seen before.
        samples = [(name, dict(re.findall(r'(\w+)="(.*?)"', labels))) for name, labels in SAMPLE.findall(shown())]
        asked = {selection for rule in rules() for selection in INCREASE.findall(rule["expr"])}
        self.assertGreater(len(asked), 5)
        for name, labels in asked:
            if name == "maas_spans_lost_total" and "MAAS_TRACING_ENDPOINT" not in os.environ:
                continue  # There is none where nothing is traced.
            with self.subTest(metric=name, labels=labels):
                matchers = MATCHER.findall(labels)
                self.assertTrue(any(name == other and is_selected(has, matchers) for other, has in samples))


if __name__ == "__main__":
    unittest.main()
