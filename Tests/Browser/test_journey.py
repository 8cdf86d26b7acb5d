"""The whole way of one task in a browser: a prompt and a picture in, a video out, watched live."""

from __future__ import annotations

import json
import re
import signal
import unittest

from playwright.sync_api import expect

from browser import BrowserCase, run

PROMPT = "清晨的湖面，薄雾升起，一只白鹭飞过"
FRAMES = 49

#: Notes with which code each socket was closed.
LINKS = """
    window.closes = [];
    window.WebSocket = class extends WebSocket {
        constructor(...of) {
            super(...of);
            this.addEventListener("close", ({ code }) => closes.push(code));
        }
    };
"""


class JourneyTests(BrowserCase):
    def test_a_prompt_and_a_picture_become_a_video(self):
        page = self.open(locale="zh-CN")
        expect(page.locator("#list-title")).to_have_text("我的视频")
        # Two in front, so that this one has to wait and is told its place.
        for name in ("甲", "乙"):
            self.submit(page, f"前面的任务{name}", steps=40, pace=0.3)
        page.set_input_files("#picture-file", self.picture())
        expect(page.locator("#picture canvas")).to_be_visible()
        card = self.submit(page, PROMPT, steps=40, pace=0.2, frames=FRAMES)

        expect(card).to_have_attribute("data-status", "QUEUED")
        expect(card.locator(".word")).to_have_text(re.compile("排在第|下一个"))
        expect(card).to_have_attribute("data-status", "RUNNING", timeout=120_000)
        stages, percents = self.watch(card)

        expect(card).to_have_attribute("data-status", "COMPLETED")
        self.assertGreater(len(stages), 2, "the stages were shown")
        self.assertGreater(len(set(percents)), 5, "the bar moved")
        self.assertEqual(percents, sorted(percents), "and only forward")

        video = card.locator("video")
        expect(video).to_be_visible()
        video.evaluate("video => { video.muted = true; return video.play(); }")
        page.wait_for_function("video => video.currentTime > 0.3 && video.videoWidth > 0", arg=video.element_handle())

        self.check_file(page, card)
        page.reload()
        expect(card).to_have_attribute("data-status", "COMPLETED")
        expect(video).to_be_visible()
        self.assertEqual(self.complaints, [])

    def watch(self, card) -> tuple[list[str], list[int]]:
        """Stages and percentages the card shows until it is over, as the page changes them."""
        told = card.evaluate(
            """card => new Promise((resolve) => {
                const stages = new Set(), percents = [];
                const look = () => {
                    if (card.dataset.status !== "RUNNING") { observer.disconnect(); resolve([[...stages], percents]); return; }
                    stages.add(card.querySelector(".word").textContent.split(" · ")[0]);
                    percents.push(Number(card.querySelector("[role=progressbar]").getAttribute("aria-valuenow")));
                };
                const observer = new MutationObserver(look);
                observer.observe(card, { attributes: true, childList: true, characterData: true, subtree: true });
                look();
            })"""
        )
        return told[0], told[1]

    def check_file(self, page, card):
        """The file is what it says: size, exact number of frames, the label of generated content, index in front."""
        with page.expect_download() as download:
            card.get_by_role("button", name="下载").click()
        path = download.value.path()
        self.assertRegex(download.value.suggested_filename, r"^[a-z0-9]{26}\.mp4$")
        probe = json.loads(
            run("ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", path)
        )
        video = next(stream for stream in probe["streams"] if stream["codec_type"] == "video")
        self.assertEqual((video["width"], video["height"], int(video["nb_read_frames"])), (832, 480, FRAMES))
        tags = {name.lower(): value for name, value in probe["format"]["tags"].items()}
        self.assertIn("aigc", tags)
        data = path.read_bytes()
        self.assertLess(data.index(b"moov"), data.index(b"mdat"), "the index comes first, so that it plays at once")

    def test_what_is_wrong_is_said_beside_its_field(self):
        page = self.open(locale="en-US")
        page.click("#submit")
        expect(page.locator(".field", has=page.locator("textarea[name=prompt]")).locator(".problem")).to_be_visible()
        expect(page.locator("textarea[name=prompt]")).to_be_focused()
        expect(page.locator("textarea[name=prompt]")).to_have_attribute("aria-invalid", "true")

        page.locator("#details summary").click()
        page.fill("textarea[name=prompt]", "a fox in the snow")
        page.fill("input[name=frames]", "50")
        page.click("#submit")
        expect(page.locator(".field", has=page.locator("input[name=frames]")).locator(".problem")).to_be_visible()
        expect(page.locator("textarea[name=prompt]")).to_have_value("a fox in the snow")

    def test_a_task_can_be_cancelled_and_the_page_survives_a_break(self):
        page = self.open(locale="en-US", color_scheme="dark")
        card = self.submit(page, "cancelled in the browser", steps=100, pace=0.5)
        expect(card).to_have_attribute("data-status", "RUNNING", timeout=120_000)
        page.context.set_offline(True)
        page.context.set_offline(False)
        # After five seconds the generator has left a first picture of what it is making.
        expect(card.locator(".picture img")).to_be_visible()
        card.get_by_role("button", name="Cancel", exact=True).click()
        expect(card).to_have_attribute("data-status", "CANCELLED")
        expect(page.locator("#announcer")).to_contain_text("Cancelled")

    def test_the_page_outlives_a_relay_that_drains_and_one_that_is_killed(self):
        page = self.open(init=LINKS)
        card = self.submit(page, "outlives the relay", steps=100, pace=2, frames=5)
        link = page.locator("#link")
        expect(card).to_have_attribute("data-status", "RUNNING", timeout=120_000)
        expect(link).to_have_attribute("data-state", "live")
        for number, code in ((signal.SIGTERM, 1012), (signal.SIGKILL, 1006)):
            self.end_service("progress-relay", number)
            page.wait_for_function("code => closes.includes(code)", arg=code)
            expect(link).to_have_attribute("data-state", "live", timeout=120_000)
        card.get_by_role("button", name="Cancel", exact=True).click()
        expect(card).to_have_attribute("data-status", "CANCELLED")

    def test_where_no_socket_gets_through_the_page_asks(self):
        page = self.open(init="window.WebSocket = class { constructor() { throw new Error('forbidden here'); } };")
        card = self.submit(page, "asked for now and then", steps=4, pace=0.1, frames=5)
        expect(page.locator("#link")).to_have_attribute("data-state", re.compile("offline|connecting"))
        expect(card).to_have_attribute("data-status", "COMPLETED", timeout=120_000)
        expect(card.locator("video")).to_be_visible()


if __name__ == "__main__":
    unittest.main()
