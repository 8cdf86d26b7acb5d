"""What the browser tests share: one Chromium for all of them, and the page in a window of its own for each."""

from __future__ import annotations

import atexit
import functools
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

# Only failures take as long. The default is five seconds, too few for a slow machine.
expect.set_options(timeout=30_000)


def run(*command: object) -> str:
    return subprocess.run([str(word) for word in command], capture_output=True, check=True, text=True).stdout


@functools.cache
def chromium() -> Browser:
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    # The sandbox of Chromium needs privileges that a container, and root, do not have.
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    atexit.register(browser.close)
    return browser


@unittest.skipUnless("MAAS_URL" in os.environ, "needs the product: make up, then source .maas/dev.env")
class BrowserCase(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="maas-browser-")
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name)
        self.complaints: list[str] = []
        #: A word in every prompt of this test, by which its tasks are told from those of others.
        self.word = secrets.token_hex(3)

    def open(self, path: str = "", init: str = "", **options) -> Page:
        """The page in a window with a storage of its own; what the browser complains about is kept.

        `init` is a script that runs before the page's own.
        """
        context = chromium().new_context(**{"viewport": {"width": 1360, "height": 900}, "locale": "en-US", **options})
        self.addCleanup(context.close)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self.note)
        if init:
            page.add_init_script(init)
        page.goto(f"{os.environ['MAAS_URL']}/{path}")
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        return page

    def note(self, line: ConsoleMessage) -> None:
        """The relay refuses connections while the machine is so slow that its timers are late; the page comes again."""
        if line.type == "error" and not line.text.startswith("WebSocket connection to"):
            self.complaints.append(line.text)

    def request(self, method: str, path: str, body: dict | None = None, key: str | None = None) -> dict | None:
        """One request to the REST interface, past the page."""
        headers = {"Authorization": f"Bearer {key or os.environ['MAAS_API_KEY']}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(os.environ["MAAS_URL"] + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as response:
            text = response.read()
        return json.loads(text) if text else None

    def task(self, prompt: str, priority: str = "normal", **parameters) -> str:
        """A task that was made past the page, small and quick unless told otherwise."""
        parameters = {"prompt": f"{prompt} {self.word}", "frames": 5, "steps": 2, "pace": 0, **parameters}
        task = {"template": "demo", "priority": priority, "parameters": parameters}
        return self.ended_with_the_test(self.request("POST", "/v1/tasks", task)["task_id"])

    def ended_with_the_test(self, task: str) -> str:
        """Whatever becomes of the test, the next one finds its GPUs free."""

        def end():
            try:
                self.request("POST", f"/v1/tasks/{task}/cancel")
            except urllib.error.HTTPError as error:
                if error.code != 404:  # The test has deleted it.
                    raise

        self.addCleanup(end)
        return task

    def end_service(self, service: str, number: signal.Signals) -> None:
        """Sends a signal to a service of the product; its supervisor puts another in its place."""
        pid = Path(os.environ["MAAS_HOME"], "run", f"{service}.pid").read_text()
        os.kill(int(pid), number)

    def picture(self) -> Path:
        path = self.directory / "lake.jpg"
        source = "gradients=s=1280x720:c0=0x30506e:c1=0xe8b27d:n=2"
        run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, "-frames:v", 1, path)
        return path

    def submit(self, page: Page, prompt: str, **settings) -> Locator:
        """Fills the form and sends it; the task's card."""
        prompt = f"{prompt} {self.word}"
        if settings and not page.locator("#details").evaluate("details => details.open"):
            page.locator("#details summary").click()
        page.fill("textarea[name=prompt]", prompt)
        for name, value in settings.items():
            page.fill(f"input[name={name}]", str(value))
        with page.expect_response(lambda answer: answer.url.endswith("/v1/tasks") and answer.request.method == "POST") as sent:
            page.click("#submit")
        self.assertEqual(sent.value.status, 202, sent.value.text())
        return self.card(page, self.ended_with_the_test(sent.value.json()["task_id"]))

    def card(self, page: Page, task: str) -> Locator:
        return page.locator(f".card[data-task='{task}']")
