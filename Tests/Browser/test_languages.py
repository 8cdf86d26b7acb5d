"""Chinese and English: the same sentences in both, and none of the other language on a page."""

from __future__ import annotations

import re
import unittest
from pathlib import Path

import yaml
from playwright.sync_api import Page, expect

from browser import BrowserCase

WEB = Path(__file__).resolve().parents[2] / "web"
SOURCES = WEB.parent / "Sources"
TEMPLATES = Path(__file__).resolve().parents[2] / "k8s" / "templates"

#: Words that are written so in Chinese as well: names, units, and what stands in other alphabets by nature.
SAME = {"MaaS", "GPU", "API", "JPEG", "PNG", "WebP", "MB", "kB", "GB", "SHA", "English", "Wan"}

#: All text a person can see or hear, with what is marked as another language left out.
VISIBLE = """() => {
    const texts = [];
    const isForeign = (element) => element.closest("[lang]").lang !== document.documentElement.lang;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
        if (isForeign(element) || element.closest("code") || !element.checkVisibility?.()) continue;
        if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent);
        else for (const name of ["aria-label", "title", "placeholder", "alt", "aria-valuetext"]) texts.push(element.getAttribute(name) ?? "");
    }
    return texts.map((text) => text.trim()).filter(Boolean);
}"""


def cases(path: Path) -> list[str]:
    """The raw values of the one enumeration in a Swift file."""
    return [raw or name for name, raw in re.findall(r'^    case (\w+)(?: = "(\w+)")?$', path.read_text(), re.MULTILINE)]


class LanguageTests(BrowserCase):
    def english_on(self, page: Page) -> list[str]:
        """What stands on a Chinese page and is neither Chinese nor the same in both languages."""
        found = []
        for text in page.evaluate(VISIBLE):
            words = re.findall(r"[A-Za-z]{2,}", text.replace(self.word, ""))
            if set(words) - SAME:
                found.append(text)
        return found

    def test_both_dictionaries_have_the_same_keys_and_each_key_is_used(self):
        page = self.open()
        keys = {}
        for language in ("en", "zh"):
            keys[language] = page.evaluate("(language) => import(`/i18n/${language}.js`).then((it) => Object.entries(it.default).map(([key, text]) => [key, typeof text, text.length]))", language)
        self.assertEqual({(key, kind) for key, kind, _ in keys["en"]}, {(key, kind) for key, kind, _ in keys["zh"]})
        sources = "\n".join(path.read_text() for path in [*WEB.rglob("*.js"), WEB / "index.html"] if path.parent.name != "i18n")
        used = set(re.findall(r'\bt(?:Or)?\(\s*"([^"]+)"', sources)) | set(re.findall(r'data-t(?:-label)?="([^"]+)"', sources))
        # Chosen by a condition, handed on in a table, or made of a prefix and what the service says.
        used |= set(re.findall(r'"([a-z]+(?:\.[a-zA-Z_]+)+)"', sources))
        prefixes = tuple(re.findall(r"\bt(?:Or)?\(\s*`([a-z.]+\.)\$\{", sources)) + ("priority.",)
        known = {key for key, _, _ in keys["en"]}
        unused = {key for key in known if key not in used and not key.startswith(prefixes)}
        self.assertEqual(unused, set(), "sentences nobody says")
        said = set(re.findall(r'\bt\(\s*"([^"]+)"', sources)) | set(re.findall(r'data-t(?:-label)?="([^"]+)"', sources))
        self.assertEqual(said - known, set(), "sentences that are not there")

    def test_no_english_is_left_on_the_chinese_page(self):
        task = self.task("雪山下的湖")
        other = self.task("取消的")
        self.request("POST", f"/v1/tasks/{other}/cancel")
        page = self.open(f"?q={self.word}", locale="zh-CN")
        expect(self.card(page, task)).to_have_attribute("data-status", "COMPLETED", timeout=120_000)
        expect(self.card(page, task).locator("video")).to_be_visible()
        page.locator("#details summary").click()
        page.locator("#filter-text").evaluate("field => (field.value = '')")
        self.assertEqual(self.english_on(page), [])
        page.fill("textarea[name=prompt]", "")
        page.click("#submit")
        expect(page.locator("#form-problem")).to_be_visible()
        self.assertEqual(self.english_on(page), [])
        self.card(page, task).get_by_role("button", name="详情").click()
        self.assertEqual(self.english_on(page), [])
        page.keyboard.press("Escape")
        page.get_by_role("button", name="密钥", exact=True).click()
        expect(page.locator("#keys-dialog .row").first).to_be_visible()
        names = [key["name"] for key in self.request("GET", "/v1/keys")["data"]]
        found = [text for text in self.english_on(page) if not any(name in text for name in names)]
        self.assertEqual(found, [], "but for the names of keys")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="运行管理").click()
        expect(page.locator("#admin-dialog .figures tbody tr").first).to_be_visible()
        user = self.request("GET", "/v1/me")["user"]
        self.assertEqual([text for text in self.english_on(page) if text != user], [])

    def test_there_is_a_sentence_for_each_reason_stage_and_failure(self):
        """As the sources have them: one that is added there is missed here."""
        tasks = SOURCES / "MaaSCore" / "Tasks"
        wanted = {f"reason.{name}" for name in cases(tasks / "WaitingReason.swift")}
        wanted |= {f"stage.{name}" for name in cases(tasks / "TaskStage.swift")}
        wanted |= {f"status.{name}" for name in ("QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED")}
        wanted |= {f"failure.{code}" for code in cases(tasks / "FailureCode.swift")}
        page = self.open()
        said = set(page.evaluate("() => import('/i18n/zh.js').then((it) => Object.keys(it.default))"))
        self.assertEqual(wanted - said, set())
        self.assertGreater(len(wanted), 40)

    def test_every_template_speaks_chinese_as_well(self):
        for path in sorted(TEMPLATES.glob("*.yaml")):
            header = next(yaml.safe_load_all(path.read_text()))
            for name, thing in {"the template": header, **header["parameters"]["properties"]}.items():
                for member in ("title", "description"):
                    with self.subTest(template=path.name, of=name, member=member):
                        self.assertRegex(thing.get(f"x-{member}-zh", ""), "[\u4e00-\u9fff]")

    def test_times_and_numbers_are_said_as_people_say_them(self):
        page = self.open()
        said = page.evaluate(
            """async () => {
                const { ago } = await import("/format.js");
                const { t } = await import("/i18n.js");
                const times = [-180, 5, 90, 3_570, 3_600, 86_300, 47 * 3_600].map((seconds) => ago(new Date(Date.now() - seconds * 1000)));
                return [times, t("card.frames", 1), t("admin.gpusUsed", 1), t("admin.gpusUsedOf", 1)];
            }"""
        )
        times = ["now", "now", "1 minute ago", "59 minutes ago", "1 hour ago", "23 hours ago", "1 day ago"]
        self.assertEqual(said, [times, "1 frame", "GPU in use", "of 1 GPU in use"])

    def test_the_language_is_switched_and_remembered(self):
        page = self.open()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.get_by_role("button", name="切换到中文").click()
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        expect(page.locator("#composer-title")).to_have_text("新建视频")
        page.reload()
        expect(page.locator("#composer-title")).to_have_text("新建视频")

    def test_what_a_proxy_refuses_is_said_as_well(self):
        page = self.open()
        page.fill("textarea[name=prompt]", "snow")
        answers = {
            401: "Your key is no longer accepted",
            403: "The service does not accept this.",
            413: "This is too large",
            429: "Too many requests",
            502: "on the service's side",
        }
        for status, said in answers.items():
            page.route("**/v1/tasks", lambda route: route.fulfill(status=status, content_type="text/html", body="<h1>No</h1>"))
            page.click("#submit")
            expect(page.locator("#form-problem")).to_contain_text(said)
            page.unroute("**/v1/tasks")

    def test_what_the_service_refuses_is_said_in_chinese(self):
        page = self.open(locale="zh-CN")
        answers = [
            (429, {"code": "too_many_waiting", "detail": "5 of your tasks are waiting"}, "排队的任务已达上限"),
            (503, {"code": "queue_full", "detail": "the queue is full"}, "队列已满"),
            (418, {"code": "teapot", "detail": "short and stout"}, "没有接受"),
            (422, {"code": "invalid_parameters", "errors": [{"field": "image", "message": "must be a JPEG, PNG or WebP picture"}]}, "不是 JPEG"),
            (422, {"code": "invalid_parameters", "errors": [{"field": "parameters.prompt", "message": "must be shorter"}]}, "这个值不合适"),
        ]
        page.fill("textarea[name=prompt]", "雪")
        for status, body, said in answers:
            page.route("**/v1/tasks", lambda route: route.fulfill(status=status, json=body))
            page.click("#submit")
            expect(page.locator("#composer .problem", has_text=said)).to_be_visible()
            page.unroute("**/v1/tasks")


if __name__ == "__main__":
    unittest.main()
