"""What the page knows of its tasks: which it follows, and answers and events that come in any order."""

from __future__ import annotations

import unittest

from playwright.sync_api import expect

from browser import BrowserCase

#: A follower of tasks whose service and relay are here: `asked` are the tasks fetched, `followed` those followed.
FOLLOWER = """
    window.follower = async (answer) => {
        const { TaskStore } = await import("/tasks/task-store.js");
        const { TaskFollower } = await import("/tasks/task-follower.js");
        const [asked, followed, later] = [[], [], []];
        const relay = new EventTarget();
        relay.follow = (id, handlers) => followed.push(id) && (relay.handlers = handlers);
        relay.unfollow = () => {};
        const store = new TaskStore();
        new TaskFollower({ task: async (id) => (asked.push(id), { task_id: id, ...(await answer()) }) }, store, relay);
        const start = window.setTimeout;
        window.setTimeout = (then, delay) => (delay >= 30_000 && delay < 60_000 ? later.push(then) : start(then, delay));
        return { store, relay, asked, followed, later, pause: () => new Promise((then) => start(then, 20)) };
    };
"""


class StoreTests(BrowserCase):
    def test_what_happens_to_a_submitted_task_while_it_waits_is_shown(self):
        page = self.open()
        told = page.evaluate(
            """async () => {
                const { TaskActions } = await import("/tasks/task-actions.js");
                const { TaskStore } = await import("/tasks/task-store.js");
                const store = new TaskStore();
                const actions = new TaskActions({ create: async () => ({ task_id: "t", status: "QUEUED" }) }, store, {});
                await actions.submit({ template: "demo", parameters: {} });
                store.apply("t", { attempt: 0, position: 3, reason: "gpus_busy" });
                const { position, reason } = store.get("t");
                store.apply("t", { attempt: 0, status: "CANCELLED" });
                return [position, reason, store.get("t").status];
            }"""
        )
        self.assertEqual(told, [3, "gpus_busy", "CANCELLED"])

    def test_an_answer_that_was_asked_for_before_an_event_does_not_undo_it(self):
        page = self.open()
        told = page.evaluate(
            """async () => {
                const { TaskStore } = await import("/tasks/task-store.js");
                const store = new TaskStore();
                const told = [];
                const tell = () => told.push([store.get("t").status, store.get("t").attempt, store.get("t").percent ?? null]);
                store.put({ task_id: "t", status: "QUEUED", attempt: 0 });
                const asked = performance.now();
                await new Promise((then) => setTimeout(then, 20));
                store.apply("t", { status: "RUNNING", attempt: 1, percent: 4 });
                store.put({ task_id: "t", status: "QUEUED", attempt: 0, cancel_requested_at: "now" }, asked);
                tell();
                store.put({ task_id: "t", status: "RUNNING", attempt: 1, percent: 2 }, asked);
                tell();
                store.put({ task_id: "t", status: "QUEUED", attempt: 0 });
                tell();
                store.put({ task_id: "t", status: "RUNNING", attempt: 1, percent: 6 });
                tell();
                store.put({ task_id: "t", status: "COMPLETED", attempt: 1, percent: 100 }, asked);
                tell();
                return [told, store.get("t").cancel_requested_at];
            }"""
        )
        self.assertEqual(
            told[0],
            [["RUNNING", 1, 4], ["RUNNING", 1, 4], ["RUNNING", 1, 4], ["RUNNING", 1, 6], ["COMPLETED", 1, 100]],
        )
        self.assertEqual(told[1], "now", "what no event tells is taken from an older answer as well")

    def test_what_was_deleted_does_not_come_back_and_what_is_gone_can_be_deleted(self):
        task = self.task("deleted elsewhere")
        page = self.open(f"?q={self.word}")
        expect(self.card(page, task)).to_have_attribute("data-status", "COMPLETED", timeout=120_000)
        self.card(page, task).get_by_role("button", name="Details").click()
        self.request("DELETE", f"/v1/tasks/{task}")
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
        expect(page.locator(".card")).to_have_count(0)
        is_back = page.evaluate(
            """async () => {
                const { TaskStore } = await import("/tasks/task-store.js");
                const store = new TaskStore();
                const task = { task_id: "t", status: "COMPLETED", attempt: 1 };
                store.put(task);
                store.remove("t");
                store.put(task);
                return store.get("t") !== undefined;
            }"""
        )
        self.assertFalse(is_back)

    def test_a_task_that_was_deleted_elsewhere_goes_as_soon_as_the_service_says_so(self):
        tasks = [self.task(f"deleted elsewhere {n}") for n in range(3)]
        page = self.open(f"?q={self.word}")
        for task in tasks:
            expect(self.card(page, task)).to_have_attribute("data-status", "COMPLETED", timeout=120_000)
            self.card(page, task).scroll_into_view_if_needed()
            expect(self.card(page, task).locator("video")).to_be_visible()
        trouble = page.locator("#trouble")
        for task in tasks[:2]:
            self.request("DELETE", f"/v1/tasks/{task}")
        self.card(page, tasks[0]).get_by_role("button", name="Download").click()
        expect(trouble).to_contain_text("no longer there")
        expect(self.card(page, tasks[0])).to_have_count(0)

        page.locator("#dismiss").click()
        self.card(page, tasks[1]).get_by_role("button", name="Details").click()
        page.get_by_role("dialog").get_by_role("button", name="Thumbnail").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(trouble).to_contain_text("no longer there")
        expect(self.card(page, tasks[1])).to_have_count(0)

        page.locator("#dismiss").click()
        page.route("**/content?*", lambda route: route.fulfill(status=404, body="a proxy's"))
        self.card(page, tasks[2]).get_by_role("button", name="Download").click()
        expect(trouble).to_be_visible()
        expect(self.card(page, tasks[2])).to_have_count(1)

    def test_when_a_task_started_is_fetched_as_soon_as_an_event_tells_that_it_did(self):
        page = self.open(init=FOLLOWER)
        told = page.evaluate(
            """async () => {
                const { store, relay, asked, pause } = await follower(() => ({ status: "RUNNING", attempt: 1, started_at: "then" }));
                store.put({ task_id: "t", status: "QUEUED", attempt: 0, started_at: null });
                relay.handlers.change({ status: "RUNNING", attempt: 1, percent: 0 });
                await pause();
                relay.handlers.change({ attempt: 1, percent: 1 });
                store.put({ task_id: "u", status: "QUEUED", attempt: 0, started_at: null });
                store.put({ task_id: "u", status: "RUNNING", attempt: 1, started_at: "now" });
                await pause();
                return [asked, store.get("t").started_at, store.get("t").percent];
            }"""
        )
        self.assertEqual(told, [["t"], "then", 1])

    def test_running_tasks_are_followed_first(self):
        page = self.open(init=FOLLOWER)
        told = page.evaluate(
            """async () => {
                const { store, followed } = await follower(() => ({}));
                for (let n = 0; n < 250; n++) store.put({ task_id: `t${1000 + n}`, status: "QUEUED", attempt: 0 });
                store.put({ task_id: "t0", status: "RUNNING", attempt: 1 });
                return [store.active[0].task_id, store.active[1].task_id, followed.at(-1)];
            }"""
        )
        self.assertEqual(told, ["t0", "t1249", "t0"])

    def test_the_oldest_tasks_are_loaded_if_they_run(self):
        page = self.open()
        with page.expect_request(lambda request: request.url.endswith("/v1/tasks?limit=100&status=RUNNING")):
            page.reload()

    def test_a_result_that_is_completed_after_the_end_arrives(self):
        page = self.open(init=FOLLOWER)
        told = page.evaluate(
            """async () => {
                const result = { size: 1 };
                const { store, relay, later, pause } = await follower(() => ({ status: "COMPLETED", attempt: 1, result: { ...result } }));
                store.put({ task_id: "t", status: "RUNNING", attempt: 1 });
                relay.handlers.end({ status: "COMPLETED", data: {} });
                await pause();
                result.sha256 = "f";
                later.forEach((then) => then());
                await pause();
                return [later.length, store.get("t").result.sha256];
            }"""
        )
        self.assertEqual(told, [1, "f"])

    def test_all_of_a_task_that_ended_while_nobody_was_connected_arrives(self):
        page = self.open()
        told = page.evaluate(
            """async () => {
                const { RelayClient } = await import("/relay-client.js");
                const { TaskFollower } = await import("/tasks/task-follower.js");
                const { TaskStore } = await import("/tasks/task-store.js");
                const { promise: socket, resolve } = Promise.withResolvers();
                window.WebSocket = class {
                    readyState = 1;
                    constructor() { setTimeout(() => this.onopen()); }
                    send(text) { if (JSON.parse(text).op === "subscribe") resolve(this); }
                    close() {}
                };
                const relay = new RelayClient({ ticket: async () => ({ url: "ws://relay", ticket: "x" }) });
                const store = new TaskStore();
                const ended = { task_id: "t", status: "COMPLETED", attempt: 1, ended_at: "then", result: { size: 1, sha256: "f" } };
                new TaskFollower({ task: async () => ended }, store, relay);
                store.put({ task_id: "t", status: "RUNNING", attempt: 1 });
                const { promise: isOver, resolve: end } = Promise.withResolvers();
                store.addEventListener("change", ({ detail }) => detail.task.status === "COMPLETED" && end());
                const data = { status: "COMPLETED", attempt: 1 };
                (await socket).onmessage({ data: JSON.stringify([
                    { t: "hello", epoch: "e", ping: 25 },
                    { t: "sub", task: "t", mode: "reset", seq: 9, data },
                    { t: "end", task: "t", seq: 9, status: "COMPLETED", data },
                ]) });
                await isOver;
                relay.close();
                return [store.get("t").ended_at, store.get("t").result?.sha256];
            }"""
        )
        self.assertEqual(told, ["then", "f"])

    def test_a_task_that_the_relay_refuses_is_fetched_and_followed_again_later(self):
        page = self.open(init=FOLLOWER)
        told = page.evaluate(
            """async () => {
                const { store, relay, asked, followed, later, pause } = await follower(() => ({ status: "QUEUED", attempt: 0 }));
                store.put({ task_id: "t", status: "QUEUED", attempt: 0 });
                relay.handlers.refused("not_found");
                await pause();
                const before = [...followed];
                later.forEach((then) => then());
                return [asked, before, followed];
            }"""
        )
        self.assertEqual(told, [["t"], ["t"], ["t", "t"]])

    def test_a_404_of_a_proxy_takes_no_task_away(self):
        page = self.open(init=FOLLOWER)
        is_there = page.evaluate(
            """async () => {
                const { APIError } = await import("/api.js");
                let code;
                const { store, relay, pause } = await follower(() => Promise.reject(new APIError(404, code)));
                store.put({ task_id: "t", status: "RUNNING", attempt: 1 });
                const found = [];
                for (code of [undefined, "not_found"]) {
                    relay.handlers.refused("not_found");
                    await pause();
                    found.push(store.get("t") !== undefined);
                }
                return found;
            }"""
        )
        self.assertEqual(is_there, [True, False])

    def test_a_task_whose_answer_is_on_its_way_is_not_asked_for_again(self):
        page = self.open(init=FOLLOWER)
        asked = page.evaluate(
            """async () => {
                const polls = [];
                window.setInterval = (poll) => polls.push(poll);
                const { promise, resolve } = Promise.withResolvers();
                const { store, relay, asked, pause } = await follower(() => promise);
                store.put({ task_id: "t", status: "QUEUED", attempt: 0 });
                relay.dispatchEvent(new CustomEvent("link", { detail: { state: "offline" } }));
                polls[0]();
                polls[0]();
                const before = asked.length;
                resolve({ status: "QUEUED", attempt: 0 });
                await pause();
                polls[0]();
                return [before, asked.length];
            }"""
        )
        self.assertEqual(asked, [1, 2])


if __name__ == "__main__":
    unittest.main()
