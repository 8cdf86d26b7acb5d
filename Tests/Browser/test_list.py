"""The list of tasks: its pages, and what begins elsewhere while it is open."""

from __future__ import annotations

import unittest
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

from browser import BrowserCase

#: No sockets, and `lookAgain()` is what the page does every fifteen seconds.
BY_HAND = """
    window.WebSocket = class { constructor() { throw new Error("forbidden here"); } };
    const every = window.setInterval;
    window.setInterval = (work, delay) => (delay === 15_000 ? (window.lookAgain = work, 0) : every(work, delay));
"""


class ListTests(BrowserCase):
    #: How many tasks a search goes through for one answer.
    reach = 20_000

    def open_with(self, count: int, status: str) -> Page:
        """The page of a user with `count` tasks, newest first in `self.tasks`, and none of the service's."""
        page = self.open(init=BY_HAND)
        task = self.request("GET", f"/v1/tasks/{self.task('one of many')}") | {"result": None}
        self.tasks = [task | {"task_id": f"{n:026}", "status": status} for n in range(count, 0, -1)]
        me = self.request("GET", "/v1/me")

        def tell(route: Route) -> None:
            counts = {"waiting": self.count("QUEUED"), "running": self.count("RUNNING"), "gpus": 0}
            route.fulfill(json=me | {"tasks": counts})

        page.route("**/v1/tasks?*", self.answer)
        page.route("**/v1/tasks/*", lambda route: route.fulfill(json=next(it for it in self.tasks if route.request.url.endswith(it["task_id"]))))
        page.route("**/v1/me", tell)
        page.reload()
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        return page

    def count(self, status: str) -> int:
        return sum(task["status"] == status for task in self.tasks)

    def answer(self, route: Route) -> None:
        query = {name: value for name, [value] in parse_qs(urlsplit(route.request.url).query).items()}
        behind = [task for task in self.tasks if task["task_id"] < query.get("after", "~")]
        searched = behind[: self.reach]
        found = [task for task in searched if task["status"] in query.get("status", task["status"]).split(",")]
        data = found[: int(query["limit"])]
        is_full, is_all = len(found) > len(data), len(searched) == len(behind)
        last = data if is_full or is_all else searched
        last_id = last[-1]["task_id"] if last else None
        route.fulfill(json={"data": data, "has_more": is_full or not is_all, "last_id": last_id})

    def test_the_list_stays_as_long_as_it_was_when_it_is_loaded_again(self):
        page = self.open_with(60, "CANCELLED")
        cards = page.locator(".card")
        expect(cards).to_have_count(24)
        page.get_by_role("button", name="Show older").click()
        expect(cards).to_have_count(48)
        page.route("**/v1/tasks?*after=*", lambda route: route.fulfill(status=401, json={"code": "unauthorized"}), times=1)
        page.get_by_role("button", name="Show older").click()
        with page.expect_response(lambda answer: answer.url.endswith("/v1/tasks?limit=24")):
            page.get_by_role("button", name="Try again").click()
        expect(page.locator("#trouble")).to_be_hidden()
        page.evaluate("() => lookAgain()")
        expect(cards).to_have_count(48)

    def test_what_was_found_further_back_stays_when_the_newest_are_loaded_again(self):
        self.reach = 25
        page = self.open_with(60, "CANCELLED")
        self.tasks[30] |= {"status": "FAILED"}
        page.locator("#filter").get_by_text("Failed").click()
        expect(page.locator("#no-match")).to_be_visible()
        page.get_by_role("button", name="Show older").click()
        found = self.card(page, self.tasks[30]["task_id"])
        expect(found).to_be_visible()
        self.tasks.insert(0, self.tasks[30] | {"task_id": f"{61:026}"})
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
        expect(self.card(page, self.tasks[0]["task_id"])).to_be_visible()
        expect(found).to_be_visible()

        # So many began elsewhere that some between them and the list are not loaded.
        self.tasks[:0] = [self.tasks[0] | {"task_id": f"{n:026}"} for n in range(100, 61, -1)]
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator(".card")).to_have_count(24)

    def test_what_fails_far_below_is_said_there_and_tried_again(self):
        page = self.open_with(60, "RUNNING")
        last = self.card(page, self.tasks[23]["task_id"])
        last.scroll_into_view_if_needed()
        cancel = f"**/v1/tasks/{self.tasks[23]['task_id']}/cancel"
        page.route(cancel, lambda route: route.fulfill(status=503, json={"code": "unavailable"}), times=1)
        last.get_by_role("button", name="Cancel", exact=True).click()
        trouble, retry = page.locator("#trouble"), page.get_by_role("button", name="Try again")
        expect(trouble).to_be_in_viewport()
        page.route(cancel, lambda route: route.fulfill(status=409, json={"code": "other"}), times=1)
        with page.expect_request(cancel):
            retry.click()
        # What no repetition would change is not offered to be tried again.
        expect(retry).to_be_hidden()
        expect(trouble).to_be_in_viewport()

        older = page.get_by_role("button", name="Show older")
        page.route("**/v1/tasks?*after=*", lambda route: route.abort(), times=1)
        older.click()
        expect(retry).to_be_visible()
        with page.expect_request("**/v1/tasks?*after=*"):
            retry.click()
        expect(page.locator(".card")).to_have_count(48)
        expect(trouble).to_be_hidden()

    def test_the_focus_moves_on_from_what_is_hidden(self):
        page = self.open_with(30, "CANCELLED")
        page.get_by_role("button", name="Show older").press("Enter")
        expect(page.locator(".card")).to_have_count(30)
        expect(self.card(page, self.tasks[24]["task_id"]).get_by_role("button").first).to_be_focused()

        page.route("**/v1/tasks?*", lambda route: route.abort())
        page.locator("#filter").get_by_text("Failed").click()
        page.get_by_role("button", name="Try again").press("Enter")
        expect(page.locator("#list-title")).to_be_focused()

        for task in self.tasks[:2]:
            task["status"] = "QUEUED"
        page.evaluate("() => lookAgain()")
        cancel = page.get_by_role("button", name="Cancel all waiting")
        cancel.focus()
        for task in self.tasks:
            task["status"] = "CANCELLED"
        page.evaluate("() => lookAgain()")
        expect(cancel).to_be_hidden()
        expect(page.locator("#list-title")).to_be_focused()

    def test_no_older_ones_are_offered_before_the_answer_to_another_filter(self):
        page = self.open_with(60, "CANCELLED")
        older = page.get_by_role("button", name="Show older")
        expect(older).to_be_visible()
        held: list[Route] = []
        page.route("**/v1/tasks?*status=CANCELLED*", lambda route: held.append(route))
        with page.expect_request("**/v1/tasks?*status=CANCELLED*"):
            page.locator("#filter").get_by_text("Cancelled").click()
        expect(older).to_be_hidden()
        for route in held:
            self.answer(route)
        expect(older).to_be_visible()

    def test_what_begins_elsewhere_is_followed_however_many_wait(self):
        page = self.open_with(130, "QUEUED")
        self.tasks[-1] |= {"status": "RUNNING", "percent": 42}
        page.evaluate("() => lookAgain()")
        expect(page).to_have_title("42% · MaaS")

    def test_a_task_that_began_and_ended_elsewhere_appears(self):
        page = self.open_with(3, "CANCELLED")
        cards = page.locator(".card")
        expect(cards).to_have_count(3)
        self.tasks.insert(0, self.tasks[0] | {"task_id": f"{4:026}"})
        for _ in range(4):
            page.evaluate("() => lookAgain()")
        expect(cards).to_have_count(4)
        self.tasks.insert(0, self.tasks[0] | {"task_id": f"{5:026}"})
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
        expect(cards).to_have_count(5)

    def test_a_task_that_is_submitted_elsewhere_appears(self):
        page = self.open_with(3, "QUEUED")
        expect(page.locator(".card")).to_have_count(3)
        self.tasks.insert(0, self.tasks[0] | {"task_id": f"{4:026}"})
        page.evaluate("() => lookAgain()")
        expect(page.locator(".card")).to_have_count(4)


if __name__ == "__main__":
    unittest.main()
