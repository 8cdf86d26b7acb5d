"""What a card shows of its task: the picture, the previews and the video, whichever comes first and whatever fails."""

from __future__ import annotations

import os
import unittest

from playwright.sync_api import expect

from browser import BrowserCase

#: A card of a task of its own in the page, and `until(test)`, which waits for what happens in between.
CARD = """
    window.cardOf = async (task, actions) => {
        const { TaskCard } = await import("/tasks/task-card.js");
        const { TaskStore } = await import("/tasks/task-store.js");
        const store = new TaskStore();
        store.put({ task_id: "t", created_at: new Date().toISOString(), error: null, attempt: 1, ...task });
        const card = new TaskCard(store.get("t"), actions);
        store.addEventListener("change", ({ detail }) => card.update(detail.task));
        document.querySelector("main").append(card.element);
        return { card, store };
    };
    window.until = async (test) => {
        for (let n = 0; n < 400 && !test(); n++) await new Promise((then) => setTimeout(then, 25));
        return test();
    };
"""


class CardTests(BrowserCase):
    def test_a_preview_is_not_replaced_by_the_picture_but_goes_with_its_attempt(self):
        page = self.open(init=CARD)
        shown = page.evaluate(
            """async () => {
                const { promise, resolve } = Promise.withResolvers();
                let pictures = 0;
                const { card, store } = await cardOf({ status: "RUNNING", has_image: true, preview: 1 }, {
                    pictureAddress: async () => (pictures++ === 0 ? promise : "icon.svg?picture"),
                    previewAddress: async () => "icon.svg?preview",
                });
                const image = () => card.element.querySelector(".picture img")?.getAttribute("src");
                card.appear();
                await until(() => image() === "icon.svg?preview");
                resolve("icon.svg?slow");
                await new Promise((then) => setTimeout(then, 50));
                const before = image();
                store.apply("t", { attempt: 2, percent: 1 });
                await until(() => image() === "icon.svg?picture");
                return [before, image(), card.element.querySelectorAll(".picture img").length];
            }"""
        )
        self.assertEqual(shown, ["icon.svg?preview", "icon.svg?picture", 1])
        self.assertEqual(self.complaints, [])

    def test_a_video_whose_new_address_cannot_be_fetched_is_offered_again(self):
        page = self.open(init=CARD)
        told = page.evaluate(
            """async () => {
                const { APIError } = await import("/api.js");
                let fetched = 0;
                const { card } = await cardOf({ status: "COMPLETED" }, {
                    videoAddress: async () => {
                        if (++fetched === 2) throw new APIError(503, "unavailable", "not renewed");
                        return "there-is-none.mp4";
                    },
                });
                card.appear();
                const isAbsent = await until(() => card.element.hasAttribute("data-absent"));
                const players = card.element.querySelectorAll("video").length;
                const word = card.element.querySelector(".word").textContent;
                card.appear();
                return [isAbsent, players, word, fetched];
            }"""
        )
        self.assertEqual(told, [True, 0, "The video cannot be loaded at the moment.", 3])
        self.assertFalse([line for line in self.complaints if "not renewed" in line])

    def test_a_video_that_plays_when_its_address_expires_goes_on(self):
        task = self.task("played for hours", steps=1)
        page = self.open(f"?q={self.word}")
        video = self.card(page, task).locator("video")
        expect(video).to_be_visible(timeout=120_000)
        told = video.evaluate(
            """async (video) => {
                const happens = (name) => new Promise((then) => video.addEventListener(name, then, { once: true }));
                video.muted = true;
                await video.play();
                const [emptied, playing] = [happens("emptied"), happens("playing")];
                video.dispatchEvent(new Event("error"));
                await emptied;
                await playing;
                return video.paused;
            }"""
        )
        self.assertFalse(told)

    def test_an_error_of_the_object_store_does_not_take_the_place_of_the_page(self):
        task = self.task("whose file is gone", steps=1)
        page = self.open(f"?q={self.word}")
        expect(self.card(page, task)).to_have_attribute("data-status", "COMPLETED", timeout=120_000)
        page.route("**/content?*", lambda route: route.fulfill(json={"url": f"{os.environ['S3_ENDPOINT']}/gone.mp4"}))
        with page.context.expect_page() as error:
            self.card(page, task).get_by_role("button", name="Download").click()
        error.value.wait_for_url("**/gone.mp4")
        expect(self.card(page, task)).to_be_visible()

    def test_a_player_out_of_sight_is_released_unless_it_plays(self):
        tasks = [self.task("out of sight", steps=1), self.task("also out of sight", steps=1)]
        page = self.open(f"?q={self.word}")
        video, other = [self.card(page, task).locator("video") for task in tasks]
        for one in (video, other):
            expect(one).to_be_visible(timeout=120_000)
        move = "distance => (document.querySelector('#tasks').style.marginTop = distance)"
        page.evaluate(move, "9000px")
        for one in (video, other):
            expect(one).to_have_count(0)
        page.evaluate(move, "")
        for one in (video, other):
            expect(one).to_be_visible()

        video.evaluate("video => { video.muted = true; return video.play(); }")
        page.evaluate(move, "9000px")
        # The page looks at all cards at once: when it has released the other one, it has seen this one.
        expect(other).to_have_count(0)
        expect(video).to_have_count(1)
        self.assertEqual(self.complaints, [])


if __name__ == "__main__":
    unittest.main()
