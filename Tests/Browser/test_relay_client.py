"""The relay's client in JavaScript, by itself: what docs/realtime.md shows of it, and a break in the connection."""

from __future__ import annotations

import os
import re
import unittest
from pathlib import Path

from browser import BrowserCase

CLOSE_REASON = Path(__file__).resolve().parents[2] / "Sources/ProgressRelay/Followers/CloseReason.swift"
REALTIME = Path(__file__).resolve().parents[2] / "docs" / "realtime.md"

#: Writes down every connection with what is sent and received on it.
RECORDER = """
    window.connections = [];
    window.WebSocket = class extends WebSocket {
        constructor(url, protocols) {
            super(url, protocols);
            this.protocols = protocols;
            this.sent = [];
            this.received = [];
            connections.push(this);
            this.addEventListener("message", ({ data }) => this.received.push(...[JSON.parse(data)].flat()));
        }
        send(text) {
            this.sent.push(JSON.parse(text));
            super.send(text);
        }
    };
"""

#: A client whose connection has no other end: `socket` is it once the task "t" is subscribed to.
LONE_CLIENT = """
    window.loneClient = async () => {
        const { RelayClient } = await import("/relay-client.js");
        const { promise: socket, resolve } = Promise.withResolvers();
        globalThis.WebSocket = class {
            readyState = 1;
            constructor() { setTimeout(() => this.onopen()); }
            send(text) { if (JSON.parse(text).task === "t") resolve(this); }
            close() {}
        };
        const relay = new RelayClient({ ticket: async () => ({ url: "ws://relay", ticket: "x" }) });
        return { relay, socket };
    };
"""


class RelayClientTests(BrowserCase):
    def test_the_example_of_the_documentation_follows_a_task_to_its_end(self):
        (example,) = re.findall(r"```js\n(import \{ RelayClient \}.*?)```", REALTIME.read_text(), re.DOTALL)
        example = re.sub(r'import (\{.*?\}) from "(.*?)";', r'const \1 = await import("/\2");'.replace("/./", "/"), example)
        page = self.open()
        lines: list[str] = []
        page.on("console", lambda line: lines.append(line.text))
        task = self.task("followed by the example", steps=40, pace=0.2)
        with page.expect_event("console", lambda line: line.text.startswith("end"), timeout=120_000):
            page.evaluate(
                f"async ([task, key]) => {{ {example} }}".replace('"/./', '"/'),
                [task, os.environ["MAAS_API_KEY"]],
            )
        self.assertIn("live", lines)
        self.assertIn("end COMPLETED", lines)
        self.assertTrue(any(line.startswith("RUNNING") for line in lines), lines)

    def test_the_client_knows_each_code_with_which_the_relay_closes(self):
        reasons = re.findall(r"static (?:let|func) (\w+)\b.*?\bSelf\((\d{4})", CLOSE_REASON.read_text())
        told = {code: re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name) for name, code in reasons}
        page = self.open()
        known = page.evaluate("() => import('/relay-client.js').then(({ closeCodes }) => closeCodes)")
        # These two are the browser's and the server's own.
        self.assertEqual(known, {"1001": "going_away", "1006": "lost", **told})

    def test_a_task_that_is_begun_anew_is_told_again(self):
        page = self.open(init=LONE_CLIENT)
        told = page.evaluate(
            """async () => {
                const { relay, socket } = await loneClient();
                const told = [];
                relay.follow("t", { change: ({ status }) => told.push(status), end: ({ status }) => told.push(status) });
                const task = "t";
                (await socket).onmessage({ data: JSON.stringify([
                    { t: "hello", epoch: "e", ping: 25 },
                    { t: "sub", task, mode: "snapshot", seq: 9, data: { status: "RUNNING" } },
                    { t: "reset", task, why: "row" },
                    { t: "sub", task, mode: "reset", seq: 9, data: { status: "QUEUED" } },
                    { t: "ev", task, seq: 9, data: { status: "of before" } },
                    { t: "ev", task, seq: 10, data: { status: "RUNNING" } },
                    { t: "end", task, seq: 10, status: "FAILED" },
                ]) });
                return told;
            }"""
        )
        self.assertEqual(told, ["RUNNING", "QUEUED", "RUNNING", "FAILED"])

    def test_a_connection_may_be_silent_for_as_long_as_the_relay_says(self):
        page = self.open(init=LONE_CLIENT)
        delays = page.evaluate(
            """async () => {
                const { relay, socket } = await loneClient();
                relay.follow("t", {});
                const { onmessage } = await socket;
                const [start, delays] = [setTimeout, []];
                globalThis.setTimeout = (then, delay) => (delays.push(delay), start(then, delay));
                onmessage({ data: JSON.stringify([{ t: "hello", epoch: "e", ping: 300 }]) });
                onmessage({ data: JSON.stringify([{ t: "ping" }]) });
                return delays;
            }"""
        )
        self.assertEqual(delays[-1], 315_000)

    def test_a_ticket_that_is_refused_because_of_the_key_ends_it(self):
        page = self.open()
        links = page.evaluate(
            """async () => {
                const { RelayClient } = await import("/relay-client.js");
                const links = [];
                const refusal = Object.assign(new Error("no longer accepted"), { status: 401 });
                const relay = new RelayClient({ ticket: () => Promise.reject(refusal) });
                const { promise, resolve } = Promise.withResolvers();
                relay.addEventListener("link", ({ detail }) => {
                    links.push(detail);
                    if (detail.state !== "connecting") resolve();
                });
                relay.follow("t", {});
                await promise;
                return links;
            }"""
        )
        self.assertEqual(links, [{"state": "connecting"}, {"state": "refused", "code": 4401, "means": "revoked"}])

    def test_a_break_loses_nothing_and_repeats_nothing(self):
        page = self.open(init=RECORDER)
        task = self.task("broken off", steps=80, pace=0.25)
        page.evaluate(
            """async ([task, key]) => {
                const { RelayClient } = await import("/relay-client.js");
                const headers = { Authorization: `Bearer ${key}` };
                window.told = { tickets: [], percents: [], links: [], end: null };
                const ticket = async () => {
                    const answer = await (await fetch("/v1/events/tickets", { method: "POST", headers })).json();
                    told.tickets.push(`ticket.${answer.ticket}`);
                    return answer;
                };
                window.relay = new RelayClient({ ticket });
                relay.addEventListener("link", ({ detail }) => told.links.push(detail));
                relay.follow(task, {
                    change: ({ percent }) => percent !== undefined && percent !== null && told.percents.push(percent),
                    end: (message) => (told.end = message),
                });
            }""",
            [task, os.environ["MAAS_API_KEY"]],
        )
        # The page follows the task, too, over a connection of its own, as soon as it sees it in its list.
        mine = "connections.filter(({ protocols }) => protocols.some((protocol) => told.tickets.includes(protocol)))"
        page.wait_for_function("() => told.percents.some((percent) => percent > 10)", timeout=120_000)
        page.evaluate(f"{mine}.forEach((socket) => socket.close())")
        page.wait_for_function("() => told.end !== null", timeout=120_000)

        told = page.evaluate("told")
        self.assertEqual(told["end"]["status"], "COMPLETED")
        self.assertEqual(told["percents"], sorted(told["percents"]), "forward only")
        offline = [link for link in told["links"] if link["state"] == "offline"]
        self.assertTrue(offline and offline[0]["back"] < 20_000, told["links"])
        again = page.evaluate(f"{mine}.at(-1)?.sent.find(({{ op }}) => op === 'subscribe')")
        self.assertIsNotNone(again["from"]["seq"], "it said what it had seen")
        answer = page.evaluate(f"{mine}.at(-1).received.find(({{ t, task }}) => t === 'sub' && task === '{task}')")
        self.assertEqual(answer["mode"], "resumed")


if __name__ == "__main__":
    unittest.main()
