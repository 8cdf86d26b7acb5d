"""The page by keyboard and for a screen reader, and what axe finds in it."""

from __future__ import annotations

import re
import unittest
from importlib.resources import files

from playwright.sync_api import Page, expect

from browser import BrowserCase

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class AccessibilityTests(BrowserCase):
    def violations(self, page: Page) -> list[str]:
        page.evaluate(AXE)
        # Colours that are still changing are not the ones to look at.
        page.evaluate("() => Promise.all(document.getAnimations().filter((it) => it.effect.getTiming().iterations !== Infinity).map((it) => it.finished.catch(() => {})))")
        found = page.evaluate("(tags) => axe.run({ runOnly: { type: 'tag', values: tags } })", RULES)
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def test_axe_finds_nothing_in_either_light_and_on_a_phone(self):
        done, waiting = self.task("a finished one"), self.task("one that goes on", steps=100, pace=0.5)
        looks = [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN"}]
        for look in looks:
            page = self.open(f"?q={self.word}", reduced_motion="reduce", **look)
            expect(self.card(page, done)).to_have_attribute("data-status", "COMPLETED", timeout=120_000)
            self.card(page, done).scroll_into_view_if_needed()  # What is out of sight is not fetched.
            expect(self.card(page, done).locator("video")).to_be_visible()
            page.locator("#details summary").click()
            page.fill("textarea[name=prompt]", "")
            page.click("#submit")
            with self.subTest(look=look, what="the page"):
                self.assertEqual(self.violations(page), [])
            self.card(page, done).get_by_role("button", name=re.compile("Details|详情")).click()
            with self.subTest(look=look, what="the details"):
                self.assertEqual(self.violations(page), [])
            page.keyboard.press("Escape")
            page.get_by_role("button", name=re.compile("^(Keys|密钥)$")).click()
            expect(page.locator("#keys-dialog .row").first).to_be_visible()
            with self.subTest(look=look, what="the keys"):
                self.assertEqual(self.violations(page), [])
            page.keyboard.press("Escape")
            page.get_by_role("button", name=re.compile("^(Operations|运行管理)$")).click()
            expect(page.locator("#admin-dialog .figures tbody tr").first).to_be_visible()
            with self.subTest(look=look, what="operations"):
                self.assertEqual(self.violations(page), [])
            page.locator("#admin-dialog form button").click()
            expect(page.get_by_role("alertdialog")).to_be_visible()
            with self.subTest(look=look, what="a question"):
                self.assertEqual(self.violations(page), [])
            page.context.close()

    def test_a_video_is_ordered_by_keyboard_alone(self):
        page = self.open(f"?q={self.word}")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to my videos")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#list-title")).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(page.locator("#submit")).to_be_focused()
        seen = []
        for _ in range(40):
            focused = page.evaluate("document.activeElement.name || document.activeElement.id || document.activeElement.textContent.trim()")
            seen.append(focused)
            if focused == "prompt":
                break
            page.keyboard.press("Shift+Tab")
        self.assertEqual(seen[-1], "prompt", seen)
        page.keyboard.type(f"by keyboard {self.word}")
        page.keyboard.press("Control+Enter")
        card = page.locator(".card", has_text=self.word)
        expect(card).to_have_count(1)
        # Not before it is at work: what is starting may ignore the signal, and end within its grace.
        expect(card.locator(".word")).to_contain_text("step", timeout=120_000)
        card.get_by_role("button", name="Cancel", exact=True).press("Enter")
        expect(card).to_have_attribute("data-status", "CANCELLED")
        card.get_by_role("button", name="Details").press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        for _ in range(8):
            page.keyboard.press("Tab")
            # The browser's own bar is part of the round; nothing else of the page is.
            inside = page.evaluate("document.activeElement === document.body || document.querySelector('#details-dialog').contains(document.activeElement)")
            self.assertTrue(inside, "the focus stays in the dialog")
        page.keyboard.press("Escape")
        expect(card.get_by_role("button", name="Details")).to_be_focused()

    def test_what_has_the_focus_is_seen_and_placeholders_can_be_read(self):
        task = self.task("to be looked at")
        page = self.open(f"?q={self.word}")
        self.card(page, task).scroll_into_view_if_needed()
        video = self.card(page, task).locator("video")
        expect(video).to_be_visible(timeout=120_000)
        page.get_by_role("radio", name="All", exact=True).focus()
        page.keyboard.press("Tab")
        look = "it => it.matches(':focus-visible') && getComputedStyle(it).outlineStyle + getComputedStyle(it).outlineOffset"
        self.assertEqual(video.evaluate(look), "solid-4px", "the card is clipped at its edge")
        page.get_by_role("button", name="Keys", exact=True).click()
        box = page.get_by_role("dialog").get_by_role("checkbox").first
        expect(page.locator("#keys-dialog .row").first).to_be_visible()
        page.locator("#key-lifetime").focus()
        page.keyboard.press("Tab")
        self.assertEqual(box.evaluate(look), "solid2px")
        self.assertEqual(page.locator("#key-name").evaluate("it => getComputedStyle(it, '::placeholder').opacity"), "1")

    def test_what_is_chosen_is_seen_in_the_systems_own_colours(self):
        task = self.task("in few colours", steps=100, pace=1)
        page = self.open(f"?q={self.word}", forced_colors="active")
        colour = "it => getComputedStyle(it).backgroundColor"
        for kind in (".pill", ".choice"):
            chosen, other = page.locator(f"{kind} input:checked + span").first, page.locator(f"{kind} input:not(:checked) + span").first
            # The change is not over at once.
            expect(chosen).not_to_have_css("background-color", other.evaluate(colour))
        card = self.card(page, task)
        expect(card).to_have_attribute("data-status", "RUNNING", timeout=120_000)
        self.assertNotEqual(*[card.locator(part).evaluate(colour) for part in (".bar", ".bar i")])

    def test_the_focus_stays_where_a_button_was_pressed(self):
        done, going = self.task("over and done"), self.task("going on", steps=100, pace=1)
        page = self.open(f"?q={self.word}")
        expect(self.card(page, done)).to_have_attribute("data-status", "COMPLETED", timeout=120_000)
        self.card(page, done).get_by_role("button", name="Details").press("Enter")
        dialog = page.get_by_role("dialog", name="over and done")
        delete = dialog.get_by_role("button", name="Delete")
        delete.press("Enter")
        page.get_by_role("alertdialog").get_by_role("button", name="Keep").press("Enter")
        expect(delete).to_be_focused()
        thumbnail = dialog.get_by_role("button", name="Thumbnail")
        page.route("**/content?*", lambda route: route.fulfill(status=503, json={"code": "unavailable"}))
        thumbnail.press("Enter")
        expect(dialog.locator(":scope > .problem")).to_be_visible()
        expect(thumbnail).to_be_focused()
        page.keyboard.press("Escape")

        card = self.card(page, going)
        card.get_by_role("button", name="Cancel", exact=True).press("Enter")
        expect(card).to_have_attribute("data-status", "CANCELLED")
        expect(card.get_by_role("button", name="Details")).to_be_focused()

        page.fill("#filter-text", "found nowhere")
        page.get_by_role("button", name="Show all").press("Enter")
        expect(page.locator("#no-match")).to_be_hidden()
        expect(page.locator("#filter-text")).to_be_focused()

        page.route("**/v1/tasks", lambda route: route.fulfill(status=503, json={"code": "unavailable"}))
        page.fill("textarea[name=prompt]", "sent by keyboard")
        page.locator("#submit").press("Enter")
        expect(page.locator("#form-problem")).to_be_visible()
        expect(page.locator("#submit")).to_be_focused()

    def test_what_is_told_aloud_is_little_and_gathered(self):
        page = self.open(f"?q={self.word}")
        page.evaluate(
            """() => {
                window.told = [];
                const announcer = document.querySelector("#announcer");
                new MutationObserver(() => told.push(announcer.textContent)).observe(announcer, { childList: true, characterData: true, subtree: true });
            }"""
        )
        card = self.submit(page, "spoken of", steps=20, pace=0.1)
        expect(card).to_have_attribute("data-status", "COMPLETED", timeout=120_000)
        page.wait_for_function("() => told.some((text) => text.includes('is ready'))")
        told = page.evaluate("told")
        self.assertTrue(told[0].startswith(f"Submitted: spoken of {self.word}"), told)
        self.assertLessEqual(len(told), 3, "it was submitted, it started and it ended; no progress")

    def test_what_is_told_aloud_is_heard_in_a_dialog_and_when_it_is_told_again(self):
        page = self.open()
        told = page.evaluate(
            """async () => {
                const { Announcer } = await import("/announcer.js");
                const { confirmed } = await import("/confirmation.js");
                const element = document.body.appendChild(document.createElement("p"));
                const announcer = new Announcer(element);
                const places = [];
                const tell = async () => {
                    announcer.tell("COMPLETED", "the same");
                    const isTold = await new Promise((then) => {
                        const observer = new MutationObserver(() => then(true));
                        observer.observe(element, { childList: true, characterData: true, subtree: true });
                        setTimeout(then, 20_000, false);
                    });
                    places.push(isTold && [element.textContent, element.closest("dialog")?.getAttribute("role") ?? null]);
                };
                await tell();
                await tell();
                const answer = confirmed("Sure?", "Yes");
                await tell();
                document.querySelector("dialog:modal button").click();
                await answer;
                await tell();
                return places;
            }"""
        )
        sentence = "Your video is ready: the same"
        self.assertEqual(told, [[sentence, None], [sentence, None], [sentence, "alertdialog"], [sentence, None]])


if __name__ == "__main__":
    unittest.main()
