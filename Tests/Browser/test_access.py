"""Keys and administration on the page: what a key may do decides what is shown."""

from __future__ import annotations

import os
import re
import unittest
import urllib.error
from datetime import datetime, timedelta, timezone

from playwright.sync_api import Page, Route, expect

from browser import BrowserCase, chromium


#: A browser that forbids the page to keep anything.
NO_STORAGE = """
    Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } });
"""


#: Operations are looked at every 50 ms instead of three seconds.
HURRIED = """
    for (const name of ["setTimeout", "setInterval"]) {
        const start = window[name];
        window[name] = (work, delay, ...values) => start(work, delay === 3_000 ? 50 : delay, ...values);
    }
"""


class AccessTests(BrowserCase):
    def open_as(self, key: str, init: str = "", **options) -> Page:
        """The page as it is where the service gives it no key, with `key` typed into its question."""
        options = {"viewport": {"width": 1360, "height": 900}, "locale": "en-US", **options}
        context = chromium().new_context(**options)
        self.addCleanup(context.close)
        context.add_init_script(init)
        context.route("**/page.json", lambda route: route.fulfill(json={"api_key": None}))
        page = context.new_page()
        page.goto(os.environ["MAAS_URL"])
        self.answer(page, key)
        return page

    def answer(self, page: Page, key: str) -> None:
        page.get_by_label("API key", exact=True).fill(key)
        page.get_by_role("button", name="Continue").click()

    def key(self, *scopes: str, days: int | None = None) -> str:
        key = {"name": f"test {self.word}", "scopes": scopes}
        if days:
            key["expires_at"] = (datetime.now(timezone.utc) + timedelta(days=days)).isoformat()
        key = self.request("POST", "/v1/keys", key)
        self.addCleanup(self.revoke, key["id"])
        return key["key"]

    def revoke(self, key: str) -> None:
        try:
            self.request("DELETE", f"/v1/keys/{key}")
        except urllib.error.HTTPError as error:
            self.assertEqual(error.code, 404)

    def test_a_wrong_key_is_refused_and_a_good_one_is_remembered_until_it_is_forgotten(self):
        page = self.open_as("maas_wrong")
        expect(page.locator("#key-problem")).to_have_text("This key is not accepted.")
        with page.expect_response("**/v1/me"):
            self.answer(page, "maas_wrong_again")
        self.answer(page, "“maas_quoted”")
        expect(page.locator("#key-problem")).to_have_text("This key is not accepted.")
        page.get_by_label("API key", exact=True).fill(self.key("read", "submit"))
        page.keyboard.press("Enter")
        expect(page.locator("#key-dialog")).to_be_hidden()
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        page.fill("textarea[name=prompt]", "a secret thought")
        page.reload()
        expect(page.locator("textarea[name=prompt]")).to_have_value("a secret thought")
        expect(page.locator("#key-dialog")).to_be_hidden()

        page.get_by_role("button", name="Keys", exact=True).click()
        page.get_by_role("button", name="Forget my key in this browser").click()
        expect(page.locator("#key-dialog")).to_be_visible()
        self.assertNotIn("secret thought", page.evaluate("JSON.stringify(localStorage)"))
        self.assertIsNone(page.evaluate("localStorage.getItem('maas.key')"))

    def test_the_question_for_the_key_stays_until_it_is_answered(self):
        page = self.open_as("maas_wrong")
        expect(page.locator("#key-problem")).to_be_visible()
        for _ in range(3):
            page.keyboard.press("Escape")
        page.get_by_label("API key", exact=True).fill(self.key("read"))
        page.get_by_role("button", name="Continue").click()
        expect(page.locator("#key-dialog")).to_be_hidden()
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")

    def test_a_browser_that_keeps_nothing_asks_for_the_key_and_works(self):
        page = self.open_as(self.key("read", "submit"), init=NO_STORAGE)
        expect(page.locator("#key-dialog")).to_be_hidden()
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        page.fill("textarea[name=prompt]", "kept by nobody")
        page.locator('[data-t="language"]').first.click()
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        page.reload()
        expect(page.locator("#key-dialog")).to_be_visible()

    def test_who_comes_after_somebody_whose_key_ended_finds_nothing_of_theirs(self):
        made = self.request("POST", "/v1/keys", {"name": f"test {self.word}"})
        other = self.request("POST", "/v1/admin/keys", {"user": f"next-{self.word}", "name": "test"})
        self.addCleanup(self.request, "DELETE", f"/v1/admin/keys/{other['id']}")
        task = self.task("of the first one")
        page = self.open_as(made["key"])
        expect(self.card(page, task)).to_be_visible()
        page.fill("textarea[name=prompt]", "a secret thought")
        page.set_input_files("#picture-file", self.picture())
        expect(page.locator("#picture canvas")).to_be_visible()
        self.revoke(made["id"])
        page.fill("#filter-text", "a secret search")
        page.get_by_role("button", name="Try again").click()
        self.answer(page, other["key"])
        expect(page.locator("#empty")).to_be_visible()
        expect(page.locator(".card")).to_have_count(0)
        expect(page.locator("textarea[name=prompt]")).to_have_value("")
        expect(page.locator("#picture canvas")).to_have_count(0)
        expect(page).not_to_have_url(re.compile("secret"))

    def test_who_answers_with_another_key_of_their_own_keeps_what_they_wrote(self):
        made = self.request("POST", "/v1/keys", {"name": f"test {self.word}"})
        page = self.open_as(made["key"])
        page.fill("textarea[name=prompt]", "half a thought")
        self.revoke(made["id"])
        page.locator("#filter").get_by_text("Failed").click()
        page.get_by_role("button", name="Try again").click()
        self.answer(page, self.key("read", "submit"))
        expect(page.locator("#key-dialog")).to_be_hidden()
        expect(page.locator("#trouble")).to_be_hidden()
        for _ in range(2):
            expect(page.locator("textarea[name=prompt]")).to_have_value("half a thought")
            page.reload()

    def test_what_was_written_waits_for_its_user_when_a_key_ended_before_the_page_was_loaded(self):
        made = [self.request("POST", "/v1/keys", {"name": f"test {self.word}"}) for _ in range(2)]
        other = self.request("POST", "/v1/admin/keys", {"user": f"next-{self.word}", "name": "test"})
        self.addCleanup(self.request, "DELETE", f"/v1/admin/keys/{other['id']}")
        page = self.open_as(made[0]["key"])
        page.fill("textarea[name=prompt]", "half a thought")
        page.set_input_files("#picture-file", self.picture())
        expect(page.locator("#picture canvas")).to_be_visible()
        for old, new in ((made[0]["id"], made[1]["key"]), (made[1]["id"], other["key"])):
            self.revoke(old)
            page.reload()
            expect(page.locator("#key-dialog")).to_be_visible()
            expect(page.locator("textarea[name=prompt]")).to_have_count(0)
            self.answer(page, new)
            expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
            is_owner = new != other["key"]
            expect(page.locator("textarea[name=prompt]")).to_have_value("half a thought" if is_owner else "")
            expect(page.locator("#picture canvas")).to_have_count(1 if is_owner else 0)
        self.assertNotIn("half a thought", page.evaluate("JSON.stringify(localStorage)"))

    def test_a_key_that_is_forgotten_in_one_tab_is_forgotten_in_all(self):
        first = self.open_as(self.key("read", "submit"))
        expect(first.locator("#main")).not_to_have_attribute("aria-busy", "true")
        second = first.context.new_page()
        second.goto(os.environ["MAAS_URL"])
        expect(second.locator("#main")).not_to_have_attribute("aria-busy", "true")
        first.get_by_role("button", name="Keys", exact=True).click()
        first.get_by_role("button", name="Forget my key in this browser").click()
        expect(second.locator("#key-dialog")).to_be_visible()

    def test_a_page_that_was_put_aside_shows_nothing_once_the_key_is_forgotten(self):
        page = self.open_as(self.key("read", "submit"))
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        page.fill("textarea[name=prompt]", "a thought")
        back = "() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
        page.evaluate(back)
        expect(page.locator("textarea[name=prompt]")).to_have_value("a thought")
        # The tab that forgets it cannot tell a page that does not run.
        page.evaluate("localStorage.removeItem('maas.key')")
        with page.expect_navigation():
            page.evaluate(back)
        expect(page.locator("#key-dialog")).to_be_visible()

    def test_who_tries_again_where_nothing_is_kept_keeps_what_they_wrote_and_their_key(self):
        page = self.open_as(self.key("read", "submit"), init=NO_STORAGE)
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        page.fill("textarea[name=prompt]", "kept on the page")
        page.route("**/v1/tasks?*", lambda route: route.abort())
        page.locator("#filter").get_by_text("Failed").click()
        expect(page.locator("#trouble")).to_contain_text("Your text is kept")
        page.unroute("**/v1/tasks?*")
        with page.expect_response("**/v1/tasks?*status=FAILED*"):
            page.get_by_role("button", name="Try again").click()
        expect(page.locator("#trouble")).to_be_hidden()
        expect(page.locator("#key-dialog")).to_be_hidden()
        expect(page.locator("textarea[name=prompt]")).to_have_value("kept on the page")

    def test_who_watches_with_a_key_that_is_revoked_is_told(self):
        made = self.request("POST", "/v1/keys", {"name": f"test {self.word}"})
        page = self.open_as(made["key"])
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        card = self.submit(page, "watched", steps=100, pace=1, frames=5)
        expect(page.locator("#link")).to_have_attribute("data-state", "live")
        self.revoke(made["id"])
        expect(page.locator("#link")).to_have_attribute("data-state", "refused")
        expect(page.locator("#trouble")).to_contain_text("no longer accepted")

    def test_a_key_is_made_shown_once_used_and_revoked(self):
        page = self.open()
        page.get_by_role("button", name="Keys", exact=True).click()
        dialog = page.get_by_role("dialog", name="API keys")
        expect(dialog.get_by_text("this page's")).to_be_visible()
        name = f"render farm {self.word}"
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_label("administer").uncheck()
        dialog.get_by_role("button", name="Create key").click()
        field = dialog.get_by_label("Copy the key now")
        expect(field).to_be_focused()
        key = field.input_value()
        self.assertEqual(self.request("GET", "/v1/me", key=key)["scopes"], ["submit", "read"])
        expect(dialog.locator(".row", has_text=name)).to_contain_text("never used")

        page.keyboard.press("Escape")
        expect(page.locator("#made-key")).to_have_count(0)
        self.assertNotIn(key, page.content())
        page.get_by_role("button", name="Keys", exact=True).click()
        revoke = dialog.get_by_role("button", name=f"Revoke {name}")
        expect(revoke).to_be_visible()
        gone = next(it["id"] for it in self.request("GET", "/v1/keys")["data"] if it["name"] == name)
        self.revoke(gone)  # Another page was quicker.
        revoke.click()
        page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
        expect(dialog.locator(".row", has_text=name)).to_have_count(0)
        with self.assertRaises(urllib.error.HTTPError) as refusal:
            self.request("GET", "/v1/me", key=key)
        self.assertEqual(refusal.exception.code, 401)

    def test_a_key_that_ends_makes_keys_that_end_with_it(self):
        page = self.open_as(self.key("read", "submit", days=60))
        page.get_by_role("button", name="Keys", exact=True).click()
        dialog = page.get_by_role("dialog", name="API keys")
        expect(dialog.get_by_text("this page's")).to_be_visible()
        lifetime = dialog.get_by_label("Works for")
        expect(lifetime.locator("option")).to_have_text(["30 days", re.compile("^until .*2")])
        name = f"made by another {self.word}"
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_role("button", name="Create key").click()
        expect(dialog.get_by_label("Copy the key now")).to_have_value(re.compile("^maas_"))
        keys = {key["name"]: key for key in self.request("GET", "/v1/keys")["data"]}
        self.addCleanup(self.revoke, keys[name]["id"])
        self.assertEqual(keys[name]["expires_at"], keys[f"test {self.word}"]["expires_at"])

    def test_one_key_is_made_and_shown_whatever_is_pressed_meanwhile(self):
        page = self.open()
        held = []
        page.route("**/v1/keys", lambda route: held.append(route) if route.request.method == "POST" else route.fallback())
        page.get_by_role("button", name="Keys", exact=True).click()
        dialog = page.get_by_role("dialog", name="API keys")
        name = f"made once {self.word}"
        dialog.get_by_label("Name").fill(name)
        create = dialog.get_by_role("button", name="Create key")
        with page.expect_request(lambda request: request.url.endswith("/v1/keys") and request.method == "POST"):
            create.dblclick()
        expect(create).to_be_disabled()
        for _ in range(3):
            page.keyboard.press("Escape")
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_be_visible()
        self.assertEqual(len(held), 1)
        held[0].continue_()
        expect(dialog.get_by_label("Copy the key now")).to_have_value(re.compile("^maas_"))
        expect(create).to_be_enabled()
        made = [key["id"] for key in self.request("GET", "/v1/keys")["data"] if key["name"] == name]
        for key in made:
            self.revoke(key)
        self.assertEqual(len(made), 1)
        page.keyboard.press("Escape")
        expect(page.locator("#made-key")).to_have_count(0)

    def test_a_dialog_closes_at_a_click_that_begins_and_ends_beside_it(self):
        page = self.open()
        page.get_by_role("button", name="Keys", exact=True).click()
        dialog = page.get_by_role("dialog", name="API keys")
        expect(dialog.locator(".row").first).to_be_visible()
        box = dialog.bounding_box()
        inside, beside = (box["x"] + 4, box["y"] + box["height"] / 2), (box["x"] - 40, box["y"] + 40)
        page.mouse.click(*inside)
        expect(dialog).to_be_visible()
        for start, end in ((inside, beside), (beside, inside)):
            page.mouse.move(*start)
            page.mouse.down()
            page.mouse.move(*end)
            page.mouse.up()
            expect(dialog).to_be_visible()
        page.mouse.click(*beside)
        expect(dialog).to_be_hidden()

    def test_a_problem_with_the_figures_goes_when_they_can_be_loaded_again(self):
        page = self.open()
        page.route("**/v1/admin/queue", lambda route: route.abort())
        page.get_by_role("button", name="Operations").click()
        problem = page.locator("#admin-dialog .problem")
        expect(problem).to_contain_text("cannot be reached")
        page.unroute("**/v1/admin/queue")
        expect(problem).to_be_hidden()

    def test_only_who_may_administer_sees_the_queue_of_all_and_pauses_it(self):
        plain = self.open_as(self.key("read", "submit"))
        expect(plain.get_by_role("button", name="Keys", exact=True)).to_be_visible()
        expect(plain.get_by_role("button", name="Operations")).to_have_count(0)

        page = self.open()
        page.get_by_role("button", name="Operations").click()
        dialog = page.get_by_role("dialog", name="Operations")
        expect(dialog).to_contain_text("of 2 GPUs in use")
        expect(dialog.get_by_text("Nothing is paused.")).to_be_visible()
        user = f"user-{self.word}"
        dialog.get_by_label("Pause").select_option(label="User")
        dialog.get_by_label("User").fill(user)
        dialog.get_by_label("Reason").fill("a test")
        dialog.get_by_role("button", name="Pause").click()
        expect(dialog.locator(".row", has_text=user)).to_contain_text("a test")
        paused = [pause["target"] for pause in self.request("GET", "/v1/admin/pauses")["data"]]
        self.assertIn(user, paused)
        dialog.get_by_role("button", name=f"Resume User: {user}").click()
        expect(dialog.locator(".row", has_text=user)).to_have_count(0)

    def test_a_slow_answer_is_waited_for_and_changes_nothing_once_it_is_overtaken(self):
        page = self.open(init=HURRIED)
        queue = self.request("GET", "/v1/admin/queue")
        held: list[Route] = []
        page.route("**/v1/admin/queue", lambda route: held.append(route))
        with page.expect_request("**/v1/admin/queue"):
            page.get_by_role("button", name="Operations").click()
        page.evaluate("() => new Promise((then) => setTimeout(then, 500))")
        self.assertEqual(len(held), 1)
        dialog = page.get_by_role("dialog", name="Operations")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        page.route("**/v1/admin/queue", lambda route: route.fulfill(json=queue | {"users": []}))
        page.get_by_role("button", name="Operations").click()
        expect(dialog.get_by_text("Nobody has tasks")).to_be_visible()
        page.route("**/v1/admin/queue", lambda route: None)  # Nothing else comes after the late one.
        late = {"user": f"late-{self.word}", "weight": 1, "waiting": 1, "running": 0, "gpus": 0}
        with page.expect_response("**/v1/admin/queue"):
            held[0].fulfill(json=queue | {"users": [late]})
        page.evaluate("() => new Promise((then) => setTimeout(then, 200))")
        expect(dialog.get_by_text("Nobody has tasks")).to_be_visible()

    def test_pauses_are_as_old_as_they_are_and_keep_the_focus_while_a_machine_is_drained(self):
        page = self.open(init=HURRIED)
        pause = {"scope": "node", "target": "gpu-07", "reason": None, "created_by": "ada", "running": 3}
        pause["created_at"] = datetime.now(timezone.utc).isoformat()
        page.route("**/v1/admin/pauses", lambda route: route.fulfill(json={"data": [pause]}))
        page.get_by_role("button", name="Operations").click()
        row = page.get_by_role("dialog", name="Operations").locator(".row")
        expect(row).to_contain_text("by ada, now · 3 still running")
        resume = row.get_by_role("button", name="Resume Machine: gpu-07")
        resume.focus()
        pause["running"] = 2
        expect(row).to_contain_text("2 still running")
        expect(resume).to_be_focused()
        page.evaluate("() => { const now = Date.now; Date.now = () => now() + 3_600_000; }")
        expect(row).to_contain_text("by ada, 1 hour ago")
        expect(resume).to_be_focused()

    def test_the_figures_keep_up(self):
        page = self.open()
        page.get_by_role("button", name="Operations").click()
        users = page.get_by_role("table", name="Queue by user")
        task = self.task("counted", steps=100, pace=0.5)
        user = self.request("GET", "/v1/me")["user"]
        expect(users.get_by_role("row", name=user)).to_be_visible()
        expect(page.get_by_role("table", name="Queue by class").get_by_role("row", name="Normal")).to_be_visible()


if __name__ == "__main__":
    unittest.main()
