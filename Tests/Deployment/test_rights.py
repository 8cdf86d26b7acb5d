"""The dispatcher may do in a cluster what it does, and no more."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import unittest
from pathlib import Path

from manifests import OVERLAYS, ROOT, overlay


def script():
    loader = importlib.machinery.SourceFileLoader("rbac", str(ROOT / "scripts/rbac"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("rbac", loader))
    loader.exec_module(module)
    return module


class RightsTests(unittest.TestCase):
    def setUp(self):
        self.rbac = script()

    def test_nobody_else_has_rights(self):
        for name in OVERLAYS:
            subjects = [
                subject
                for binding in overlay(name).of("RoleBinding", "ClusterRoleBinding")
                for subject in binding["subjects"]
            ]
            self.assertEqual(subjects, [self.rbac.ACCOUNT] * 2)

    def test_a_call_that_is_not_allowed_and_a_right_that_is_not_used_are_told(self):
        right = self.rbac.Right
        allowed = {right("list", "pods", ""), right("delete", "jobs.batch", "maas-jobs")}
        done = {right("list", "pods", "maas-jobs"), right("list", "pods", ""), right("get", "secrets", "maas-jobs")}
        self.assertEqual(
            self.rbac.differences(allowed, done),
            ["not allowed: get secrets in maas-jobs", "never used: delete jobs.batch in maas-jobs"],
        )

    @unittest.skipUnless("MAAS_CLUSTER_AUDIT_LOG" in os.environ, "needs the calls of the dispatcher's tests: make test")
    def test_it_may_do_what_its_tests_have_recorded_and_no_more(self):
        done = self.rbac.calls([Path(os.environ["MAAS_CLUSTER_AUDIT_LOG"])])
        for name in OVERLAYS:
            with self.subTest(overlay=name):
                self.assertEqual(self.rbac.differences(self.rbac.rights(overlay(name).objects), done), [])


if __name__ == "__main__":
    unittest.main()
