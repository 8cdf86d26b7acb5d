"""My tasks on the page: found, looked at, made again, deleted, cancelled; and what I have of the queue."""

from __future__ import annotations

import re
import unittest

from playwright.sync_api import expect

from browser import BrowserCase


class TaskTests(BrowserCase):
    def test_tasks_are_found_by_state_and_text_and_the_address_keeps_it(self):
        fox, hare = self.task("a Fox, 100%"), self.task("a hare")
        self.request("POST", f"/v1/tasks/{hare}/cancel")
        page = self.open()
        expect(self.card(page, fox)).to_be_visible()
        page.fill("#filter-text", f"fox, 100% {self.word}")
        expect(page.locator(".card")).to_have_count(1)
        expect(self.card(page, fox)).to_be_visible()

        page.fill("#filter-text", self.word)
        expect(page.locator(".card")).to_have_count(2)
        page.locator("#filter").get_by_text("Cancelled").click()
        expect(self.card(page, fox)).to_have_count(0)
        status = self.request("GET", f"/v1/tasks/{hare}")["status"]
        expect(page.locator(".card")).to_have_count(1 if status == "CANCELLED" else 0)

        page.reload()
        expect(page.locator("#filter-text")).to_have_value(self.word)
        expect(page.get_by_role("radio", name="Cancelled")).to_be_checked()
        page.locator("#filter").get_by_text("Failed").click()
        page.get_by_role("button", name="Show all").click()
        expect(self.card(page, fox)).to_be_visible()
        self.assertEqual(self.complaints, [])

    def test_a_bookmark_that_searches_for_too_much_searches_for_its_beginning(self):
        page = self.open(f"?q={'a' * 300}")
        expect(page.locator("#no-match")).to_be_visible()
        field = page.locator("#filter-text")
        expect(field).to_have_value("a" * 200)
        # Below 16 px, iPhones enlarge the whole page for a field with the focus.
        self.assertEqual(field.evaluate("it => getComputedStyle(it).fontSize"), "16px")
        self.assertEqual(self.complaints, [])

    def test_a_task_that_is_made_while_the_filter_is_on_is_filtered_too(self):
        page = self.open(f"?q={self.word}x")
        expect(page.locator("#no-match")).to_be_visible()
        self.submit(page, "not what is searched for", steps=1, pace=0, frames=5)
        expect(page.locator(".card")).to_have_count(0)
        page.fill("#filter-text", "")
        expect(page.locator(".card", has_text=self.word)).to_have_count(1)

    def test_the_details_say_what_it_was_made_from_and_how_it_went(self):
        task = self.task("a heron over the lake", seed=7, size="480x832")
        page = self.open()
        expect(self.card(page, task)).to_have_attribute("data-status", "COMPLETED", timeout=120_000)
        button = self.card(page, task).get_by_role("button", name="Details")
        button.click()
        dialog = page.get_by_role("dialog", name="a heron over the lake")
        for name, value in {"Seed": "7", "Size": "480x832", "Steps": "2", "Priority": "Normal", "Picture": "none", "Task": task}.items():
            row = dialog.locator("dl > div", has=page.locator("dt", has_text=re.compile(f"^{name}$"))).first
            expect(row.locator("dd")).to_have_text(value)
        for name in ("Submitted", "Started", "Ended", "Took", "SHA-256"):
            expect(dialog.get_by_text(name, exact=True)).to_be_visible()
        dialog.get_by_text("What it writes").click()
        expect(dialog.get_by_role("region", name="What it writes")).to_contain_text(re.compile(r"\d+/\d+"))
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(button).to_be_focused()
        self.assertEqual(self.complaints, [])

    def test_what_somebody_writes_is_text_and_never_markup(self):
        prompt = "<img src=x onerror=\"document.title = 'taken'\"> <b>bold</b> & so on"
        task = self.task(prompt)
        page = self.open(f"?q={self.word}")
        expect(self.card(page, task).locator("h3")).to_have_text(f"{prompt} {self.word}")
        self.card(page, task).get_by_role("button", name="Details").click()
        expect(page.locator("#details-title")).to_have_text(f"{prompt} {self.word}")
        self.assertEqual(page.locator("img[src=x], h3 b, h2 b").count(), 0)
        self.assertNotIn("taken", page.title())
        self.assertEqual(self.complaints, [])

    def test_a_failed_task_says_why_in_the_pages_language(self):
        task = self.task("gone wrong")
        page = self.open(locale="zh-CN")
        # What the service would answer, and no template that ships can be made to fail so.
        failed = {**self.request("GET", f"/v1/tasks/{task}"), "status": "FAILED", "result": None}
        failed["error"] = {"code": "GPU_OOM", "message": "torch.OutOfMemoryError: CUDA out of memory"}
        page.route(f"**/v1/tasks/{task}", lambda route: route.fulfill(json=failed))
        page.route("**/v1/tasks?*", lambda route: route.fulfill(json={"data": [failed], "has_more": False, "last_id": task}))
        page.reload()
        expect(self.card(page, task).locator(".fault")).to_contain_text("显存不足")
        self.card(page, task).get_by_role("button", name="详情").click()
        dialog = page.get_by_role("dialog")
        dialog.locator("summary", has_text="技术信息").click()
        expect(dialog.get_by_text("GPU_OOM")).to_be_visible()
        expect(dialog.get_by_text("torch.OutOfMemoryError")).to_be_visible()

    def test_a_video_that_is_kept_no_longer_says_so(self):
        task = self.task("kept for a while")
        page = self.open(f"?q={self.word}")
        card = self.card(page, task)
        expect(card.locator("video")).to_be_visible(timeout=120_000)
        # As the service answers when the time is over, which no test waits for.
        expired = {"code": "files_expired", "detail": "the files of the task expired", "status": 410}
        page.route(f"**/v1/tasks/{task}/content*", lambda route: route.fulfill(status=410, json=expired))
        page.reload()
        expect(card.locator(".word")).to_have_text("The video is no longer kept.")
        expect(card.get_by_role("button", name="Download")).to_be_hidden()
        expect(card.get_by_role("button", name="Use again")).to_be_visible()

    def test_the_first_preview_of_another_attempt_is_shown(self):
        page = self.open()
        fetched = page.evaluate(
            """async () => {
                const { TaskCard } = await import("/tasks/task-card.js");
                const { TaskStore } = await import("/tasks/task-store.js");
                const fetched = [];
                const actions = {
                    previewAddress: async ({ attempt, preview }) => {
                        fetched.push([attempt, preview]);
                        return "data:,";
                    },
                };
                const store = new TaskStore();
                const running = { task_id: "t", created_at: new Date().toISOString(), status: "RUNNING", error: null };
                store.put({ ...running, attempt: 1, preview: 1 });
                const card = new TaskCard(store.get("t"), actions);
                card.appear();
                store.addEventListener("change", ({ detail }) => card.update(detail.task));
                store.apply("t", { attempt: 1, percent: 50, preview: 1 });
                store.apply("t", { attempt: 2, percent: 1 });
                store.apply("t", { attempt: 2, percent: 2, preview: 1 });
                store.put({ ...running, attempt: 3 });
                store.apply("t", { attempt: 3, percent: 2, preview: 1 });
                return fetched;
            }"""
        )
        self.assertEqual(fetched, [[1, 1], [2, 1], [3, 1]], "each once, and none that its attempt has not made")

    def test_the_details_are_built_anew_only_when_they_say_something_else(self):
        page = self.open()
        told = page.evaluate(
            """async () => {
                const { TaskDetails } = await import("/tasks/task-details.js");
                const { TaskStore } = await import("/tasks/task-store.js");
                const dialog = document.body.appendChild(document.createElement("dialog"));
                const store = new TaskStore();
                const details = new TaskDetails(dialog, store, {});
                store.put({
                    task_id: "t",
                    template: "demo",
                    parameters: { prompt: "a hill" },
                    priority: "normal",
                    created_at: new Date().toISOString(),
                    status: "RUNNING",
                    attempt: 2,
                    error: null,
                    last_error: { code: "CRASHED", message: "Segmentation fault" },
                });
                details.open(store.get("t"));
                const technical = dialog.querySelector(".details-body details");
                technical.open = true;
                store.apply("t", { attempt: 2, stage: "denoising", step: 3, total: 9, percent: 33, eta_s: 20, preview: 1 });
                const stays = technical.isConnected && technical.open;
                store.apply("t", { attempt: 2, status: "COMPLETED", last_error: null, result: { size: 9, sha256: "f00" } });
                const text = dialog.querySelector(".details-body").textContent;
                dialog.close();
                return [stays, text.includes("f00"), text.includes("Segmentation")];
            }"""
        )
        self.assertEqual(told, [True, True, False])
        self.assertEqual(self.complaints, [])

    def test_the_focus_of_a_card_that_goes_moves_to_what_is_still_there(self):
        page = self.open()
        focused = page.evaluate(
            """async () => {
                const { TaskList } = await import("/tasks/task-list.js");
                const { TaskStore } = await import("/tasks/task-store.js");
                const list = document.querySelector("main").appendChild(document.createElement("ol"));
                const store = new TaskStore();
                new TaskList(list, store, {}, () => {});
                const running = { created_at: new Date().toISOString(), status: "RUNNING", attempt: 1 };
                for (const task_id of ["t1", "t2"]) store.put({ ...running, task_id });
                list.querySelector("[data-task=t2] button:not([hidden])").focus();
                store.remove("t2");
                const next = document.activeElement.closest("article")?.dataset.task;
                store.remove("t1");
                return [next, document.activeElement.id];
            }"""
        )
        self.assertEqual(focused, ["t1", "list-title"])

    def test_a_task_is_made_again_with_changes_and_its_picture(self):
        page = self.open()
        page.set_input_files("#picture-file", self.picture())
        expect(page.locator("#picture canvas")).to_be_visible()
        first = self.submit(page, "a boat", steps=3, pace=0, frames=9, seed=11)
        page.get_by_role("button", name="Remove picture").click()
        page.fill("textarea[name=prompt]", "something else")
        page.fill("input[name=seed]", "")
        first.get_by_role("button", name="Use again").click()
        expect(page.locator("textarea[name=prompt]")).to_have_value(f"a boat {self.word}")
        expect(page.locator("input[name=seed]")).to_have_value("11")
        expect(page.locator("#picture img")).to_be_visible()
        again = self.submit(page, "a boat at night", frames=13)
        made = self.request("GET", f"/v1/tasks/{again.get_attribute('data-task')}")
        self.assertTrue(made["has_image"])
        self.assertEqual((made["parameters"]["seed"], made["parameters"]["frames"], made["parameters"]["steps"]), (11, 13, 3))
        self.assertEqual(self.complaints, [])

    def test_what_is_made_again_keeps_its_labels_and_says_from_what(self):
        task = {"template": "demo", "parameters": {"prompt": f"a lake {self.word}", "frames": 5, "steps": 1, "pace": 0}}
        first = self.request("POST", "/v1/tasks", {**task, "labels": {"project": "alpha"}})["task_id"]
        self.ended_with_the_test(first)
        page = self.open()
        self.card(page, first).get_by_role("button", name="Use again").click()
        origin = page.locator("#origin")
        expect(origin).to_contain_text(f"a lake {self.word}")
        expect(origin).to_contain_text("project: alpha")
        page.reload()
        expect(origin).to_contain_text("project: alpha")
        again = self.submit(page, "a lake at night")
        made = self.request("GET", f"/v1/tasks/{again.get_attribute('data-task')}")
        self.assertEqual((made["derived_from"], made["labels"]), (first, {"project": "alpha"}))
        again.get_by_role("button", name="Details").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("project: alpha")).to_be_visible()
        dialog.get_by_role("button", name=first).click()
        expect(page.get_by_role("dialog", name=f"a lake {self.word}")).to_be_visible()
        page.keyboard.press("Escape")

        page.get_by_role("button", name="Make a video of its own").click()
        expect(origin).to_be_hidden()
        own = self.submit(page, "a lake alone")
        made = self.request("GET", f"/v1/tasks/{own.get_attribute('data-task')}")
        self.assertEqual((made["derived_from"], made["labels"]), (None, {}))
        self.assertEqual(self.complaints, [])

    def test_what_was_made_from_a_video_that_is_gone_is_sent_on_its_own(self):
        first = self.task("a hill")
        page = self.open()
        card = self.card(page, first)
        expect(card).to_have_attribute("data-status", "COMPLETED", timeout=120_000)
        card.get_by_role("button", name="Use again").click()
        self.request("DELETE", f"/v1/tasks/{first}")
        page.click("#submit")
        expect(page.locator("#form-problem")).to_contain_text("was deleted")
        expect(page.locator("#origin")).to_be_hidden()
        page.reload()
        expect(page.locator("textarea[name=prompt]")).to_have_value(f"a hill {self.word}")
        expect(page.locator("#origin")).to_be_hidden()
        again = self.submit(page, "a hill again")
        self.assertIsNone(self.request("GET", f"/v1/tasks/{again.get_attribute('data-task')}")["derived_from"])

    def test_what_was_written_and_picked_survives_a_reload(self):
        page = self.open()
        page.fill("textarea[name=prompt]", "half a thought")
        page.locator("#details summary").click()
        page.fill("input[name=frames]", "17")
        page.get_by_text("Low", exact=True).click()
        page.set_input_files("#picture-file", self.picture())
        expect(page.locator("#picture canvas")).to_be_visible()
        page.reload()
        expect(page.locator("textarea[name=prompt]")).to_have_value("half a thought")
        expect(page.locator("input[name=frames]")).to_have_value("17")
        expect(page.get_by_role("radio", name="Low", include_hidden=True)).to_be_checked()
        expect(page.locator("#picture canvas")).to_be_visible()
        page.get_by_role("button", name="Remove picture").click()
        expect(page.locator("#picture canvas")).to_have_count(0)
        page.reload()
        expect(page.locator("textarea[name=prompt]")).to_have_value("half a thought")
        expect(page.locator("#picture canvas")).to_have_count(0)

    def test_a_task_is_deleted_after_a_question(self):
        task = self.task("to be deleted")
        page = self.open()
        card = self.card(page, task)
        expect(card).to_have_attribute("data-status", "COMPLETED", timeout=120_000)
        card.get_by_role("button", name="Details").click()
        page.get_by_role("button", name="Delete", exact=True).click()
        question = page.get_by_role("alertdialog")
        expect(question.get_by_role("button", name="Keep")).to_be_focused()
        question.get_by_role("button", name="Keep").click()
        expect(card).to_have_count(1)
        page.get_by_role("button", name="Delete", exact=True).click()
        question.get_by_role("button", name="Delete").click()
        expect(card).to_have_count(0)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator("#list-title")).to_be_focused()
        page.reload()
        expect(card).to_have_count(0)

    def test_all_that_wait_are_cancelled_together_and_the_share_is_shown(self):
        page = self.open()
        running = [self.task("in front", steps=100, pace=2) for _ in range(2)]
        waiting = [self.task("in line") for _ in range(3)]
        page.reload()
        for task in running:
            expect(self.card(page, task)).to_have_attribute("data-status", "RUNNING", timeout=120_000)
        me = self.request("GET", "/v1/me")
        self.assertGreaterEqual(me["tasks"]["waiting"], 3)
        share = page.get_by_role("list", name="My share of the queue")
        expect(share).to_contain_text(f"{me['tasks']['running']} running")
        expect(share).to_contain_text(f"{me['tasks']['waiting']} waiting")
        expect(share.get_by_role("img")).to_have_attribute("aria-label", re.compile(r"fair share is \d+%"))

        page.get_by_role("button", name="Cancel all waiting").click()
        page.get_by_role("alertdialog").get_by_role("button", name="Cancel all waiting").click()
        for task in waiting:
            expect(self.card(page, task)).to_have_attribute("data-status", "CANCELLED")
        for task in running:
            expect(self.card(page, task)).to_have_attribute("data-status", "RUNNING")
        expect(page.locator("#announcer")).to_have_text(re.compile(r"\d tasks were cancelled"))


if __name__ == "__main__":
    unittest.main()
