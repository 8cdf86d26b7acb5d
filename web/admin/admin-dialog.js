import { h, icon, onBackdrop, setText } from "../dom.js";
import { sayError, sayFault } from "../faults.js";
import { ago, duration, moment } from "../format.js";
import { named, t, tOr } from "../i18n.js";
import { PauseForm } from "./pause-form.js";

const interval = 3_000;

/** The operators' view: GPUs, classes, users and pauses, refreshed periodically. */
export class AdminDialog {
    #dialog;
    #api;
    #choices;
    #parts = {};
    #timer;
    /** Counts what was asked for, so that an answer that was overtaken changes nothing. */
    #turn = 0;
    /** Whether the problem that is shown is that the figures could not be loaded. */
    #isStale = false;

    constructor(dialog, api) {
        this.#dialog = dialog;
        this.#api = api;
        dialog.addEventListener("close", () => this.#stop());
        document.addEventListener("visibilitychange", () => dialog.open && !document.hidden && this.#load());
        onBackdrop(dialog, () => dialog.close());
    }

    /** `choices` has the `classes` and `templates` that can be paused. */
    async open(choices) {
        this.#choices = choices;
        this.#build();
        this.#dialog.showModal();
        await this.#load();
    }

    #stop() {
        clearTimeout(this.#timer);
        this.#turn += 1;
    }

    #build() {
        const parts = this.#parts;
        this.#isStale = false;
        parts.gpus = h("div", { class: "gpus" });
        parts.classes = h("tbody");
        parts.users = h("tbody");
        parts.noUsers = h("p", { class: "hint", hidden: true }, t("admin.idle"));
        parts.pauses = h("ul", { class: "rows" });
        parts.problem = h("p", { class: "problem", role: "alert", hidden: true });
        const form = new PauseForm(this.#choices, (pause) => this.#change(() => this.#api.pause(pause)));
        this.#dialog.replaceChildren(
            h(
                "header",
                { class: "dialog-head" },
                h("h2", { id: "admin-title", tabindex: -1, autofocus: true }, t("admin.title")),
                h("button", { type: "button", class: "quiet bare", "aria-label": t("close"), onclick: () => this.#dialog.close() }, icon("close")),
            ),
            parts.gpus,
            table(t("admin.classes"), [t("admin.class"), t("admin.waiting"), t("admin.running"), t("admin.oldest")], parts.classes),
            table(t("admin.users"), [t("admin.user"), t("admin.weight"), t("admin.waiting"), t("admin.running"), t("admin.gpus")], parts.users),
            parts.noUsers,
            h("section", { class: "pauses" }, h("h3", {}, t("admin.pauses")), parts.pauses, form.element, parts.problem),
        );
    }

    /** Loads the figures now, and again some time after the answer while they can be seen. */
    async #load() {
        if (!this.#dialog.open) return;
        this.#stop();
        const turn = this.#turn;
        try {
            const [queue, pauses] = await Promise.all([this.#api.queue(), this.#api.pauses()]);
            if (turn !== this.#turn) return;
            this.#showQueue(queue);
            this.#showPauses(pauses);
            if (this.#isStale) this.#parts.problem.hidden = true;
            this.#isStale = false;
        } catch (error) {
            if (turn !== this.#turn) return;
            this.#complain(error);
            this.#isStale = true;
        }
        this.#timer = setTimeout(() => document.hidden || this.#load(), interval);
    }

    #showQueue({ gpus, classes, users }) {
        const { capacity, used } = gpus;
        const meter = h("span", { class: "meter wide", "aria-hidden": "true" }, h("i"));
        meter.style.setProperty("--part", capacity ? Math.min(1, used / capacity) : 0);
        this.#parts.gpus.replaceChildren(
            h("p", {}, h("strong", {}, String(used)), capacity === null ? t("admin.gpusUsed", used) : t("admin.gpusUsedOf", capacity)),
            ...(capacity === null ? [h("p", { class: "hint" }, t("admin.noDispatcher"))] : [meter]),
        );
        this.#parts.classes.replaceChildren(
            ...classes.map((it) =>
                row(tOr(`priority.${it.class}`, it.class), it.waiting, it.running, it.oldest_queued_at ? duration((Date.now() - moment(it.oldest_queued_at)) / 1000) : "–"),
            ),
        );
        this.#parts.users.replaceChildren(...users.map((it) => row(it.user, it.weight, it.waiting, it.running, it.gpus)));
        this.#parts.users.closest("table").hidden = users.length === 0;
        this.#parts.noUsers.hidden = users.length > 0;
    }

    /** Renders them only if they say something else; a button that has the focus keeps it. */
    #showPauses(pauses) {
        const rows = pauses.map((pause) => {
            const name = this.#name(pause);
            const resume = h(
                "button",
                { type: "button", class: "quiet", "data-pause": `${pause.scope} ${pause.target}`, "aria-label": t("admin.resumeOne", name), onclick: () => this.#change(() => this.#api.resume(pause)) },
                t("admin.resume"),
            );
            const facts = [t("admin.pausedBy", pause.created_by, ago(moment(pause.created_at))), t("admin.stillRunning", pause.running), pause.reason].filter(Boolean);
            return h("li", { class: "row" }, h("div", {}, h("strong", {}, name), h("p", { class: "hint" }, facts.join(" · "))), resume);
        });
        if (rows.length === 0) rows.push(h("li", { class: "row hint" }, t("admin.nothingPaused")));
        const list = this.#parts.pauses;
        if (rows.map(({ textContent }) => textContent).join("") === list.textContent) return;
        const focused = list.contains(document.activeElement) ? document.activeElement.dataset.pause : undefined;
        list.replaceChildren(...rows);
        if (focused === undefined) return;
        const same = [...list.querySelectorAll("button")].find(({ dataset }) => dataset.pause === focused);
        (same ?? this.#dialog.querySelector("h2")).focus({ preventScroll: true });
    }

    #name({ scope, target }) {
        if (scope === "all") return t("admin.scope.all");
        const template = scope === "template" ? this.#choices.templates.find(({ name }) => name === target) : null;
        const said = scope === "class" ? tOr(`priority.${target}`, target) : ((template && named(template, "title")) ?? target);
        return t("admin.paused", t(`admin.scope.${scope}`), said);
    }

    async #change(work) {
        this.#parts.problem.hidden = true;
        try {
            await work();
            await this.#load();
        } catch (error) {
            this.#complain(error);
            this.#isStale = false;
            throw error;
        }
    }

    #complain(error) {
        const { problem } = this.#parts;
        setText(problem, error.fields?.length ? error.fields.map(({ message }) => sayFault(message)).join(" ") : sayError(error));
        problem.hidden = false;
    }
}

function table(caption, heads, body) {
    const head = h("tr", {}, heads.map((text, index) => h("th", { scope: "col", class: index > 0 ? "number" : null }, text)));
    return h("table", { class: "figures" }, h("caption", {}, caption), h("thead", {}, head), body);
}

function row(name, ...numbers) {
    return h("tr", {}, h("th", { scope: "row" }, name), numbers.map((number) => h("td", { class: "number" }, String(number))));
}
