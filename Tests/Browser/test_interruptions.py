"""Answers that break off, and a key that stops working: what the user is told, and that nothing is done twice."""

from __future__ import annotations

import unittest

from playwright.sync_api import expect

from browser import BrowserCase

#: The answer to the first submission breaks off on its way; `keys` are the idempotency keys sent.
BROKEN_SUBMISSION = """
    window.keys = [];
    const reached = window.fetch;
    window.fetch = async (path, options) => {
        const response = await reached(path, options);
        if (options?.method !== "POST" || path !== "v1/tasks") return response;
        keys.push(options.headers["Idempotency-Key"]);
        if (keys.length > 1) return response;
        window.first = await response.json();
        const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError("network error")) });
        return new Response(broken, { status: response.status });
    };
"""

#: The generator's output breaks off after its first line.
BROKEN_OUTPUT = """
    const reached = window.fetch;
    window.fetch = (path, options) => {
        if (!String(path).includes("/logs?")) return reached(path, options);
        let pieces = 0;
        const pull = (controller) => {
            if (pieces++ === 0) controller.enqueue(new TextEncoder().encode("step 1/40"));
            else controller.error(new TypeError("network error"));
        };
        return Promise.resolve(new Response(new ReadableStream({ pull }, { highWaterMark: 0 })));
    };
"""

#: Keeps the page's sockets.
SOCKETS = """
    window.sockets = [];
    window.WebSocket = class extends WebSocket {
        constructor(...of) {
            super(...of);
            sockets.push(this);
        }
    };
"""


class InterruptionTests(BrowserCase):
    def test_a_submission_whose_answer_breaks_off_is_sent_again_as_the_same(self):
        page = self.open(f"?q={self.word}", init=BROKEN_SUBMISSION)
        page.fill("textarea[name=prompt]", f"answered in part {self.word}")
        page.click("#submit")
        expect(page.locator("#form-problem")).to_contain_text("cannot be reached")
        first = self.ended_with_the_test(page.evaluate("first.task_id"))
        page.click("#submit")
        expect(self.card(page, first)).to_be_visible()
        expect(page.locator(".card")).to_have_count(1)
        keys = page.evaluate("keys")
        self.assertEqual((len(keys), len(set(keys))), (2, 1))
        self.assertEqual(len(self.request("GET", f"/v1/tasks?q={self.word}")["data"]), 1)
        self.assertEqual(self.complaints, [])

    def test_output_that_breaks_off_stays_and_the_reason_is_below(self):
        task = self.task("breaks off")
        page = self.open(f"?q={self.word}", init=BROKEN_OUTPUT)
        self.card(page, task).get_by_role("button", name="Details").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_text("What it writes").click()
        expect(dialog.locator(".output .problem")).to_contain_text("cannot be reached")
        expect(dialog.get_by_role("region", name="What it writes")).to_have_text("step 1/40")
        self.assertEqual(self.complaints, [])

    def test_a_page_that_could_not_load_does_not_say_it_is_live(self):
        page = self.open()
        link = page.locator("#link")
        expect(link).to_have_text("Live")
        page.route("**/v1/tasks?*", lambda route: route.abort())
        page.reload()
        expect(page.locator("#trouble")).to_be_visible()
        expect(link).to_have_text("Connecting")
        page.get_by_role("button", name="Close").click()
        expect(page.locator("#trouble")).to_be_hidden()
        page.reload()
        expect(page.locator("#trouble")).to_be_visible()
        page.unroute("**/v1/tasks?*")
        page.get_by_role("button", name="Try again").click()
        expect(link).to_have_text("Live")

    def test_who_is_connected_when_the_key_expires_is_told(self):
        page = self.open(init=SOCKETS)
        card = self.submit(page, "watched until then", steps=100, pace=1, frames=5)
        expect(page.locator("#link")).to_have_attribute("data-state", "live")
        expired = {"code": "unauthorized", "detail": "the key has expired", "status": 401}
        page.route("**/v1/events/tickets", lambda route: route.fulfill(status=401, json=expired))
        page.evaluate("sockets.forEach((socket) => socket.close())")
        expect(page.locator("#link")).to_have_attribute("data-state", "refused")
        expect(page.locator("#trouble")).to_contain_text("no longer accepted")
        expect(card).to_be_visible()

        page.unroute("**/v1/events/tickets")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("#link")).to_have_attribute("data-state", "live")


if __name__ == "__main__":
    unittest.main()
