"""The images of the services: small, sealed, and able to do their work beside the running product."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

from images import PROGRAMS, ROOT, ROOTS, SERVICES, USER, Image

sys.path.insert(0, str(ROOT / "Tests" / "Support"))

from ports import free_port  # noqa: E402

#: Bytes. Half are libraries; the dispatcher has maasctl beside it.
SIZE_LIMIT = 80 << 20


def each_image(*targets: str):
    """Runs a test once for each of these images, which it takes."""

    def decorate(test):
        @functools.wraps(test)
        def run(self):
            for target in targets:
                with self.subTest(image=target):
                    test(self, Image(target))

        return run

    return decorate


@unittest.skipUnless(ROOTS.is_dir(), "needs the images: make images-test")
class ServiceImageTests(unittest.TestCase):
    @each_image(*PROGRAMS)
    def test_they_are_small(self, image):
        self.assertLess(image.size, SIZE_LIMIT)

    @each_image(*PROGRAMS)
    def test_they_have_no_shell_and_no_package_manager(self, image):
        programs = [
            path.name for place in ["bin", "sbin", "usr/bin", "usr/sbin"] for path in (image.root / place).glob("*")
        ]
        more = {"reporter": [], "dispatcher": ["dispatcher", "maasctl"]}
        self.assertEqual(sorted(programs), more.get(image.target, [image.target]))

    @each_image(*PROGRAMS, "worker")
    def test_they_name_themselves_and_run_as_nobody(self, image):
        self.assertEqual(image.configuration["User"], f"{USER}:{USER}")
        labels = image.configuration["Labels"]
        self.assertEqual(labels["org.opencontainers.image.title"], f"MaaS {image.target}")
        self.assertRegex(labels["org.opencontainers.image.version"], r"^\d+\.\d+\.\d+$")
        self.assertRegex(labels["org.opencontainers.image.revision"], r"^[0-9a-f]{40}$")

    @each_image(*SERVICES, "maasctl")
    def test_they_tell_what_is_in_them(self, image):
        bill = image.bill(image.target)
        self.assertEqual(bill["spdxVersion"], "SPDX-2.3")
        packages = {package["name"]: package for package in bill["packages"]}
        self.assertLessEqual({image.target, "libc6", "libssl3", "libuv1", "libwebsockets17"}, set(packages))
        self.assertRegex(packages["libssl3"]["externalRefs"][0]["referenceLocator"], r"^pkg:deb/debian/libssl3@3\.")

    @each_image(*SERVICES, "maasctl")
    def test_they_answer_with_their_version(self, image):
        answer = image.run(f"/usr/bin/{image.target}", "--version")
        self.assertRegex(answer.stdout, rf"^{image.target} \d+\.\d+\.\d+\n$", answer.stderr)

    @each_image(*SERVICES)
    def test_they_start_say_that_they_are_ready_and_stop(self, image):
        variables = {
            "api-gateway": "MAAS_GATEWAY_LISTEN",
            "dispatcher": "MAAS_DISPATCHER_LISTEN",
            "progress-relay": "MAAS_RELAY_LISTEN",
        }
        with (
            tempfile.TemporaryDirectory() as folder,
            self.started(image, variables[image.target], Path(folder)) as (process, port),
        ):
            self.wait_until_ready(process, port, Path(folder) / "log")
            if image.target == "api-gateway":
                self.assertIn(b"<title>", self.get(port, "/"), "it has the page")
            # bwrap hands no signal on: the service is its child.
            child = subprocess.run(
                ["pgrep", "--parent", str(self.inner(process.pid))], capture_output=True, text=True, check=True
            )
            os.kill(int(child.stdout.split()[0]), signal.SIGTERM)
            self.assertEqual(process.wait(60), 0)

    def test_the_doctor_is_in_the_image_of_the_dispatcher(self):
        image = Image("dispatcher")
        with tempfile.TemporaryDirectory() as folder:
            # The services are those of the product.
            environment = self.configure(image, Path(folder)) | {
                name: os.environ[name] for name in ["MAAS_GATEWAY_OPERATIONS", "MAAS_RELAY_OPERATIONS"]
            }
            said = image.run(
                *["/usr/bin/maasctl", "doctor", *image.configuration["Cmd"]],
                binds={"/etc/maas": Path(folder)},
                **environment,
            )
        self.assertEqual(said.returncode, 0, said.stdout + said.stderr)
        self.assertRegex(said.stdout, r"(?m)^ok +database")

    # What the tests above stand on.

    def inner(self, process: int) -> int:
        """bwrap's process inside of its own process namespace, which is the service's parent."""
        child = subprocess.run(["pgrep", "--parent", str(process)], capture_output=True, text=True, check=True)
        return int(child.stdout.split()[0])

    def started(self, image: Image, variable: str, folder: Path):
        """The service in its image."""
        port = free_port()
        environment = self.configure(image, folder)
        environment[variable] = f"127.0.0.1:{port}"
        command = image.command(
            f"/usr/bin/{image.target}", *image.configuration["Cmd"], binds={"/etc/maas": folder}, **environment
        )
        return Started(command, port, folder / "log")

    def configure(self, image: Image, folder: Path) -> dict[str, str]:
        """Puts into `folder` what a cluster mounts at /etc/maas; returns the environment of the running product."""
        configuration = folder / "configuration"
        configuration.mkdir()
        shutil.copy(ROOT / "services.yaml", configuration)
        templates = folder / "templates"
        shutil.copytree(ROOT / "k8s/templates", templates)
        kubeconfig = folder / "kubeconfig"
        shutil.copy(os.environ["KUBECONFIG"], kubeconfig)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)
        for place in ["etc/maas", "opt/maas/web"]:
            (image.root / place).mkdir(parents=True, exist_ok=True)
        environment = {
            name: value
            for name, value in os.environ.items()
            if name.startswith(("MAAS_", "S3_", "DATABASE_", "REDIS_"))
        }
        environment |= {
            "KUBECONFIG": "/etc/maas/kubeconfig",
            "MAAS_TEMPLATES": "/etc/maas/templates",
            "MAAS_WEB_DIRECTORY": "/opt/maas/web",
        }
        # Operations have an address of their own, if the service has one: any that is free.
        return environment | {f"MAAS_{one}_OPERATIONS": "127.0.0.1:0" for one in ["GATEWAY", "RELAY"]}

    def wait_until_ready(self, process: subprocess.Popen, port: int, log: Path):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if self.get(port, "/healthz") and self.get(port, "/readyz") == b"ready\n":
                    return
            except OSError:
                pass
            time.sleep(0.1)
        self.fail(log.read_text())

    def get(self, port: int, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=15) as answer:
            return answer.read()


class Started:
    """A process that is gone in the end."""

    def __init__(self, command: list[str], port: int, log: Path):
        self.command, self.port, self.log = command, port, log

    def __enter__(self) -> tuple[subprocess.Popen, int]:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        return self.process, self.port

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


if __name__ == "__main__":
    unittest.main()
