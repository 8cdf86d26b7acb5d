"""Takes the pictures of the page in docs/images: `. .maas/dev.env; .maas/venv/bin/python Tests/Browser/screenshots.py`.

It wants a product in which nothing runs, makes a small scene in it from the drawings in `scenes`, and takes a minute. No
picture shows a key.
"""

from __future__ import annotations

import base64
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from browser import BrowserCase, chromium

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
SCENES = Path(__file__).resolve().parent / "scenes"
DESKTOP = {"viewport": {"width": 1360, "height": 1000}, "locale": "en-US", "color_scheme": "light"}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "locale": "zh-CN", "color_scheme": "dark"}
LAKE = "清晨的湖面，薄雾升起，一只白鹭掠过水面"
STREET = "雨夜的老街，灯笼倒映在青石板上"


class Scene(BrowserCase):
    def runTest(self):
        self.setUp()
        earlier = self.order(LAKE, "lake", steps=2, pace=0, frames=17)
        done = self.order(LAKE, "lake", origin=earlier, steps=8, pace=0.1)
        page = self.open(**DESKTOP)
        expect(self.card(page, done)).to_have_attribute("data-status", "COMPLETED", timeout=120_000)
        running = [
            self.order("Northern lights over a frozen bay, time-lapse", steps=70, pace=0.6, seed=3),
            self.order("A paper boat drifts down a stream in spring, macro", "boat", steps=60, pace=0.5),
        ]
        waiting = self.order(STREET, "street")
        for user, priority, count in (("ada", "normal", 3), ("bob", "low", 2)):
            self.wait_in_line(user, priority, count)
        self.request("POST", "/v1/admin/pauses", {"scope": "node", "target": "gpu-07", "reason": "new driver"})
        self.addCleanup(self.request, "DELETE", "/v1/admin/pauses/node/gpu-07")
        self.take(page, done, running, waiting)

    def wait_in_line(self, user: str, priority: str, count: int):
        """Tasks of somebody else."""
        key = self.request("POST", "/v1/admin/keys", {"user": user, "name": "scene"})
        self.addCleanup(self.request, "DELETE", f"/v1/admin/keys/{key['id']}")
        task = {"template": "demo", "priority": priority, "parameters": {"prompt": "of somebody else"}}
        for _ in range(count):
            made = self.request("POST", "/v1/tasks", task, key=key["key"])
            self.addCleanup(self.request, "POST", f"/v1/tasks/{made['task_id']}/cancel", key=key["key"])

    def take(self, page: Page, done: str, running: list[str], waiting: str):
        page.reload()
        self.card(page, waiting).get_by_role("button", name="Use again").click()
        expect(page.locator("#picture img")).to_be_visible()
        page.mouse.move(0, 0)
        for task in running:
            card = self.card(page, task)
            expect(card).to_have_attribute("data-status", "RUNNING", timeout=60_000)
            expect(card.locator(".picture img[src*=preview]")).to_be_visible(timeout=60_000)
        page.wait_for_function("() => [...document.querySelectorAll('[data-status=RUNNING] .figure')].every(({ textContent }) => parseInt(textContent) > 35)")
        self.settle(page, done)
        page.screenshot(path=IMAGES / "page.png")

        page.set_viewport_size({"width": 1360, "height": 1100})  # Details are long.
        self.card(page, done).get_by_role("button", name="Details").click()
        page.get_by_text("What it writes").click()
        expect(page.get_by_role("region", name="What it writes")).to_contain_text("100%", timeout=15_000)
        self.dialog(page, "details-dialog", "page-details.png")
        page.get_by_role("button", name="Keys", exact=True).click()
        expect(page.locator("#keys-dialog .row").first).to_be_visible()
        self.dialog(page, "keys-dialog", "page-keys.png")
        page.get_by_role("button", name="Operations").click()
        expect(page.locator("#admin-dialog .figures tbody tr").first).to_be_visible()
        self.dialog(page, "admin-dialog", "page-operations.png")

        phone = self.open(**PHONE)
        self.settle(phone, done)
        phone.locator("#list-title").evaluate("title => title.scrollIntoView()")
        time.sleep(1)  # Until pictures have faded in, which no event tells of.
        phone.screenshot(path=IMAGES / "page-phone.png")

    def order(self, prompt: str, drawing: str | None = None, origin: str | None = None, **parameters) -> str:
        task = {"template": "demo", "parameters": {"prompt": prompt, "frames": 81, **parameters}}
        if origin:
            task["derived_from"] = origin
        if drawing:
            picture = base64.b64encode(self.drawing(drawing).read_bytes()).decode()
            task["image"] = f"data:image/png;base64,{picture}"
        return self.ended_with_the_test(self.request("POST", "/v1/tasks", task)["task_id"])

    def drawing(self, name: str) -> Path:
        path = self.directory / f"{name}.png"
        if not path.exists():
            page = chromium().new_page(viewport={"width": 832, "height": 480}, device_scale_factor=2)
            page.set_content(f"<style>body {{ margin: 0 }}</style>{(SCENES / name).with_suffix('.svg').read_text()}")
            page.screenshot(path=path)
            page.close()
        return path

    def dialog(self, page: Page, name: str, file: str):
        page.evaluate("() => document.activeElement.blur()")
        page.locator(f"#{name}").screenshot(path=IMAGES / file, animations="disabled")
        page.keyboard.press("Escape")
        expect(page.locator(f"#{name}")).to_be_hidden()

    def settle(self, page: Page, done: str):
        """A moment of the finished video that shows what it is of, without the controls; and no cursor in a field."""
        page.evaluate("() => document.activeElement.blur()")
        self.card(page, done).scroll_into_view_if_needed()
        video = self.card(page, done).locator("video")
        expect(video).to_be_visible(timeout=30_000)
        video.evaluate("video => { video.controls = false; video.currentTime = 2; }")
        page.wait_for_function("video => video.readyState >= 2 && !video.seeking", arg=video.element_handle())
        page.evaluate("() => scrollTo(0, 0)")


if __name__ == "__main__":
    scene = Scene()
    try:
        scene.runTest()
    finally:
        scene.doCleanups()
