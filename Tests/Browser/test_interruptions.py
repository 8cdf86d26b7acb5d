"""Answers that break off, and a key that stops working: what the user is told, and that nothing is done twice."""

from __future__ import annotations

import unittest

from playwright.sync_api import Request, Route, expect

from browser import BrowserCase

#: The page's clock stands still until `pass(milliseconds)`.
STOPPED_CLOCK = """
    let now = 1_000;
    performance.now = () => now;
    window.pass = (milliseconds) => (now += milliseconds);
"""

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

    def test_a_submission_whose_answer_is_lost_is_the_same_after_a_reload(self):
        page = self.open(f"?q={self.word}")
        keys: list[str] = []

        def lose(route: Route) -> None:
            keys.append(route.request.headers["idempotency-key"])
            answer = route.fetch()
            if len(keys) > 1:
                return route.fulfill(response=answer)
            self.ended_with_the_test(answer.json()["task_id"])
            route.abort()

        page.route("**/v1/tasks", lose)
        page.fill("textarea[name=prompt]", f"lost on its way {self.word}")
        page.click("#submit")
        expect(page.locator("#form-problem")).to_contain_text("cannot be reached")
        page.reload()
        with page.expect_response("**/v1/tasks"):
            page.click("#submit")
        self.assertEqual((len(keys), len(set(keys))), (2, 1))
        self.assertEqual(len(self.request("GET", f"/v1/tasks?q={self.word}")["data"]), 1)
        expect(page.locator("#submit")).to_have_text("Create video")
        self.assertIsNone(page.evaluate("sessionStorage.getItem('maas.pending')"))

    def test_a_key_that_is_held_down_submits_once(self):
        page = self.open()
        sent: list[Route] = []
        page.route("**/v1/tasks", lambda route: sent.append(route) or route.fulfill(status=503, json={"code": "unavailable"}))
        page.fill("textarea[name=prompt]", "held down")
        page.focus("textarea[name=prompt]")
        page.keyboard.down("Control")
        for _ in range(4):
            page.keyboard.down("Enter")
            expect(page.locator("#form-problem")).to_be_visible()
        page.keyboard.up("Enter")
        page.keyboard.up("Control")
        page.locator("#submit").focus()
        with page.expect_response("**/v1/tasks"):
            page.keyboard.down("Enter")
        for _ in range(3):
            expect(page.locator("#submit")).to_have_text("Create video")
            page.keyboard.down("Enter")
        page.keyboard.up("Enter")
        with page.expect_response("**/v1/tasks"):
            page.keyboard.press("Control+Enter")
        self.assertEqual(len(sent), 3, "twice with a key each, and once more")

    def test_a_second_click_makes_no_second_task(self):
        page = self.open(f"?q={self.word}", init=STOPPED_CLOCK)
        sent: list[Request] = []
        page.on("request", lambda request: request.url.endswith("/v1/tasks") and sent.append(request))
        first = self.submit(page, "clicked twice")
        expect(page.locator("#submit")).to_have_text("Create video")
        page.evaluate("pass(180)")
        page.click("#submit")
        page.evaluate("pass(1_000)")
        again = self.submit(page, "clicked twice")
        self.assertEqual(len(sent), 2)
        self.assertNotEqual(first.get_attribute("data-task"), again.get_attribute("data-task"))

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
