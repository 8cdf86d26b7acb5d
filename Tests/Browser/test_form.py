"""The form when it is filled: from another model's values, and with the picture of an earlier task."""

from __future__ import annotations

import json
import os
import re
import unittest

from playwright.sync_api import Page, Route, expect

from browser import BrowserCase

#: Pictures are read once `read()` is called, or not at all after `fail()`; `sent` are the names of those submitted.
SLOW_PICTURES = """
    const { promise: gate, resolve, reject } = Promise.withResolvers();
    [window.read, window.fail, window.sent] = [resolve, () => reject(new Error("unreadable")), []];
    const [decode, reached] = [window.createImageBitmap, window.fetch];
    window.createImageBitmap = (...of) => gate.then(() => decode.apply(window, of));
    window.fetch = (path, options) => {
        if (options?.method !== "POST" || path !== "v1/tasks") return reached(path, options);
        sent.push(options.body.get?.("image").name ?? null);
        return Promise.resolve(new Response("{}", { status: 503 }));
    };
"""


class FormTests(BrowserCase):
    def with_another_model(self, page: Page) -> None:
        """Beside the demo's template, one that has other defaults and fewer sizes."""
        demo = next(it for it in self.request("GET", "/v1/templates")["data"] if it["name"] == "demo")
        other = json.loads(json.dumps(demo)) | {"name": "other"}
        properties = other["parameters"]["properties"]
        properties["steps"] |= {"default": 40}
        properties["frames"] |= {"default": 81, "maximum": 81}
        properties["size"] |= {"enum": ["832x480", "480x832"], "default": "480x832"}
        page.route("**/v1/templates", lambda route: route.fulfill(json={"data": [demo, other]}))
        page.reload()
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        page.select_option("#model", "demo")
        page.locator("#details summary").click()

    def test_another_model_has_its_own_defaults_and_keeps_what_the_user_chose(self):
        page = self.open()
        self.with_another_model(page)
        page.fill("textarea[name=prompt]", "an otter")
        page.fill("input[name=seed]", "7")
        page.fill("input[name=frames]", "101")
        page.locator("#choices").get_by_text("640 × 640").click()
        page.select_option("#model", "other")
        expect(page.locator("textarea[name=prompt]")).to_have_value("an otter")
        expect(page.locator("input[name=seed]")).to_have_value("7")
        expect(page.locator("input[name=steps]")).to_have_value("40")
        expect(page.locator("input[name=frames]")).to_have_value("81")
        expect(page.get_by_role("radio", name="480 × 832", include_hidden=True)).to_be_checked()

        page.fill("input[name=steps]", "30")
        page.locator("#choices").get_by_text("832 × 480").click()
        page.select_option("#model", "demo")
        expect(page.locator("input[name=steps]")).to_have_value("30")
        expect(page.locator("input[name=frames]")).to_have_value("101")
        expect(page.get_by_role("radio", name="832 × 480", include_hidden=True)).to_be_checked()

        page.fill("input[name=frames]", "49")
        page.select_option("#model", "other")
        page.select_option("#model", "demo")
        expect(page.locator("input[name=frames]")).to_have_value("49")
        self.assertEqual(self.complaints, [])

    def test_a_task_of_a_template_without_a_prompt_is_called_by_its_id(self):
        page = self.open()
        template = next(it for it in self.request("GET", "/v1/templates")["data"] if it["name"] == "demo")
        template["parameters"] |= {"properties": {"steps": {"type": "integer", "default": 20}}, "required": []}
        template["parameters"].pop("x-order", None)
        made, sent = f"{1:026}", []
        accepted = {"task_id": made, "status": "QUEUED"}
        page.route("**/v1/templates", lambda route: route.fulfill(json={"data": [template]}))
        page.route("**/v1/tasks", lambda route: sent.append(route) or route.fulfill(status=202, json=accepted))
        page.reload()
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
        page.click("#submit")
        expect(page.locator("#announcer")).to_have_text(f"Submitted: {made}")
        expect(page.locator("#form-problem")).to_be_hidden()
        self.assertEqual(len(sent), 1)

    def test_what_is_no_number_is_not_sent_as_none(self):
        page = self.open()
        page.fill("textarea[name=prompt]", "an otter")
        page.locator("#details summary").click()
        page.locator("input[name=seed]").press_sequentially("1e")
        page.click("#submit")
        field = page.locator(".field", has=page.locator("input[name=seed]"))
        expect(field.locator(".problem")).to_have_text("This value does not fit.")

    def test_text_is_pasted_and_dropped_as_text(self):
        page = self.open()
        kept = page.evaluate(
            """async () => {
                const field = document.querySelector("textarea[name=prompt]");
                const tell = (event) => field.dispatchEvent(event) ? "text" : "picture";
                const of = (...parts) => {
                    const data = new DataTransfer();
                    for (const part of parts) data.items.add(...[part].flat());
                    return data;
                };
                const picture = new File(["no picture"], "table.png", { type: "image/png" });
                const events = { bubbles: true, cancelable: true };
                const paste = (...parts) => tell(new ClipboardEvent("paste", { clipboardData: of(...parts), ...events }));
                const drop = (...parts) => tell(new DragEvent("drop", { dataTransfer: of(...parts), ...events }));
                const text = ["a table", "text/plain"];
                return [paste(text, picture), paste(picture), drop(text), drop(picture)];
            }"""
        )
        self.assertEqual(kept, ["text", "picture", "text", "picture"])

    def test_a_picture_that_is_edited_after_it_was_picked_is_sent_as_it_was_picked(self):
        page = self.open()
        path = self.picture()
        page.set_input_files("#picture-file", path)
        expect(page.locator("#picture canvas")).to_be_visible()
        path.write_bytes(path.read_bytes() + b"edited since")
        os.utime(path, (0, 0))  # Browsers look at whole seconds.
        self.submit(page, "what was picked", frames=5, steps=1)

    def test_a_picture_that_is_still_being_read_is_waited_for(self):
        page = self.open(init=SLOW_PICTURES)
        well, button = page.locator("#picture .well"), page.locator("#submit")
        page.fill("textarea[name=prompt]", "with a picture")
        page.set_input_files("#picture-file", self.picture())
        expect(well).to_have_attribute("aria-busy", "true")
        button.click()
        expect(button).to_have_text("Sending")
        self.assertEqual(page.evaluate("sent"), [])
        page.evaluate("read()")
        expect(page.locator("#form-problem")).to_be_visible()
        self.assertEqual(page.evaluate("sent"), ["lake.jpg"])
        expect(well).to_have_attribute("aria-busy", "false")

        page.reload()
        expect(well).to_have_attribute("aria-busy", "true")
        button.click()
        expect(button).to_have_text("Sending")
        page.evaluate("read()")
        expect(page.locator("#form-problem")).to_be_visible()
        self.assertEqual(page.evaluate("sent"), ["lake.jpg"])

    def test_nothing_is_sent_when_what_was_picked_last_turns_out_to_be_no_picture(self):
        page = self.open(init=SLOW_PICTURES)
        page.fill("textarea[name=prompt]", "with a picture")
        page.set_input_files("#picture-file", self.picture())
        page.click("#submit")
        page.evaluate("fail()")
        expect(page.locator("#picture-problem")).to_contain_text("not a picture")
        expect(page.locator("#form-problem")).to_contain_text("another look")
        self.assertEqual(page.evaluate("sent"), [])

    def with_pictures(self, page: Page, *tasks: str) -> None:
        """The page shows these tasks alone, as if each had been made from a picture."""
        data = [self.request("GET", f"/v1/tasks/{task}") | {"has_image": True, "status": "CANCELLED"} for task in tasks]
        page.route("**/v1/tasks?*", lambda route: route.fulfill(json={"data": data, "has_more": False, "last_id": None}))
        page.reload()
        expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")

    def test_the_picture_is_that_of_the_task_that_was_taken_last(self):
        first, last = self.task("taken first"), self.task("taken last")
        page = self.open()
        held: list[Route] = []
        page.route(f"**/v1/tasks/{first}/image", lambda route: held.append(route))
        page.route(f"**/v1/tasks/{last}/image", lambda route: route.fulfill(json={"url": "icon.svg?last"}))
        self.with_pictures(page, last, first)
        with page.expect_request(f"**/v1/tasks/{first}/image"):
            self.card(page, first).get_by_role("button", name="Use again").click()
        expect(page.locator("textarea[name=prompt]")).to_have_value(re.compile("taken first"))
        self.card(page, last).get_by_role("button", name="Use again").click()
        expect(page.locator("#picture img")).to_have_attribute("src", "icon.svg?last")
        with page.expect_response(lambda answer: answer.url.endswith(f"{first}/image")):
            for route in held:
                route.fulfill(json={"url": "icon.svg?first"})
        expect(page.locator("#picture img")).to_have_attribute("src", "icon.svg?last")

        page.route("**/v1/tasks", lambda route: route.fulfill(status=503, json={"code": "unavailable"}))
        with page.expect_request(lambda request: request.url.endswith("/v1/tasks") and request.method == "POST") as sent:
            page.click("#submit")
        self.assertEqual(sent.value.post_data_json["image"], {"task_id": last})

    def test_an_earlier_picture_stays_when_its_address_cannot_be_fetched_and_goes_when_it_is_gone(self):
        task = self.task("with a picture")
        page = self.open()
        page.route(f"**/v1/tasks/{task}/image", lambda route: route.abort())
        self.with_pictures(page, task)
        self.card(page, task).get_by_role("button", name="Use again").click()
        expect(page.locator("#picture-problem")).to_contain_text("cannot be reached")
        expect(page.get_by_role("button", name="Remove picture")).to_be_visible()

        page.route(f"**/v1/tasks/{task}/image", lambda route: route.fulfill(json={"url": "icon.svg?kept"}))
        page.reload()
        expect(page.locator("#picture img")).to_have_attribute("src", "icon.svg?kept")

        page.route(f"**/v1/tasks/{task}/image", lambda route: route.fulfill(status=410, json={"code": "files_expired"}))
        page.reload()
        expect(page.locator("#picture-problem")).to_contain_text("no longer there")
        expect(page.get_by_role("button", name="Remove picture")).to_have_count(0)


if __name__ == "__main__":
    unittest.main()
