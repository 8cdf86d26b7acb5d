"""The Dockerfile installs what the programs are built with; that the images work is for `make images-test`."""

from __future__ import annotations

import re
import unittest

from manifests import ROOT


class DockerfileTests(unittest.TestCase):
    def setUp(self):
        self.dockerfile = (ROOT / "k8s/images/Dockerfile").read_text()

    def test_it_installs_the_libraries_that_this_machine_has(self):
        listed = re.search(r"^packages='\n(.*?)^'", (ROOT / "scripts/install").read_text(), re.MULTILINE | re.DOTALL)[1]
        wanted = {name for name in listed.split() if name.endswith("-dev") or name.startswith("libwebsockets")}
        self.assertTrue(wanted)
        build = re.search(r"AS build\n.*?\nWORKDIR", self.dockerfile, re.DOTALL)[0]
        self.assertLessEqual(wanted, set(build.split()))

    def test_it_has_a_target_for_each_image_of_the_manifests(self):
        targets = set(re.findall(r"^FROM \S+ AS (\S+)", self.dockerfile, re.MULTILINE))
        named = set(re.findall(r"maas/([a-z-]+)", (ROOT / "k8s/overlays/production/kustomization.yaml").read_text()))
        self.assertTrue(named)
        self.assertEqual(named - targets, set())


if __name__ == "__main__":
    unittest.main()
