import { confirmed } from "../confirmation.js";
import { h, icon, onBackdrop, setHidden, setText } from "../dom.js";
import { sayError, sayFailure } from "../faults.js";
import { bytes, clock, duration, moment } from "../format.js";
import { named, t, tOr } from "../i18n.js";
import { TaskOutput } from "./task-output.js";
import { isOver, promptOf } from "./task-store.js";

/** All details of one task, and its actions; updated while open. */
export class TaskDetails {
    #dialog;
    #store;
    #actions;
    #templates = [];
    #output = null;
    #id = null;
    /** What the body was built from. */
    #shown = null;

    /** `actions`: the `TaskActions`. */
    constructor(dialog, store, actions) {
        this.#dialog = dialog;
        this.#store = store;
        this.#actions = actions;
        dialog.addEventListener("close", () => {
            this.#id = null;
            this.#output.close();
        });
        onBackdrop(dialog, () => dialog.close());
        store.addEventListener("change", ({ detail }) => detail.task.task_id === this.#id && this.#render(detail.task));
        store.addEventListener("remove", ({ detail }) => detail.task.task_id === this.#id && this.#leave());
    }

    set templates(templates) {
        this.#templates = templates;
    }

    open(task) {
        this.#show(task);
        this.#dialog.showModal();
    }

    /** Closes after the task was removed, and with its card the button that would get the focus back. */
    #leave() {
        this.#dialog.close();
        const { activeElement } = document;
        if (activeElement === document.body || this.#dialog.contains(activeElement)) document.querySelector("#list-title").focus();
    }

    #show(task) {
        this.#output?.close();
        this.#id = task.task_id;
        this.#output = new TaskOutput((signal) => this.#actions.output(task, signal));
        this.#shown = null;
        this.#dialog.replaceChildren(...this.#build());
        this.#render(task);
    }

    /** Shows the task that this one was made again from, in its place. */
    async #showOrigin(id) {
        const shown = this.#id;
        try {
            const task = await this.#actions.find(id);
            // It was closed, or shows another one, meanwhile.
            if (!this.#dialog.open || this.#id !== shown) return;
            this.#show(task);
            this.#dialog.querySelector("#details-title").focus();
        } catch (error) {
            this.#complain(sayError(error));
        }
    }

    /** What stays while the task changes, so that the focus does. */
    #build() {
        const close = h("button", { type: "button", class: "quiet bare", onclick: () => this.#dialog.close() }, icon("close"));
        return [
            h("header", { class: "dialog-head" }, h("span", { class: "badge" }), close),
            h("h2", { class: "details-prompt", id: "details-title", tabindex: -1, autofocus: true }),
            h("div", { class: "details-body" }),
            this.#output.element,
            h("p", { class: "problem", role: "alert", hidden: true }),
            h(
                "div",
                { class: "dialog-actions" },
                this.#action("save", "download", (task) => this.#actions.save(task)),
                this.#action("thumbnail", "picture", (task) => this.#actions.save(task, "thumbnail")),
                this.#action("reuse", "again", (task) => {
                    this.#dialog.close();
                    return this.#actions.reuse(task);
                }),
                this.#action("cancel", "close", (task) => this.#actions.cancel(task)),
                this.#action("remove", "bin", async (task) => {
                    if (await confirmed(t("details.removeQuestion"), t("details.remove"))) await this.#actions.remove(task);
                }),
            ),
        ];
    }

    #action(name, picture, work) {
        const button = h("button", { type: "button", class: "quiet", "data-action": name }, icon(picture), h("span"));
        button.addEventListener("click", async () => {
            // Disabled it would lose the focus.
            if (button.ariaDisabled === "true") return;
            button.ariaDisabled = true;
            this.#complain("");
            try {
                await work(this.#store.get(this.#id));
            } catch (error) {
                // It closes when its task is gone, and before the form is filled.
                if (this.#dialog.open) this.#complain(sayError(error));
                else this.#actions.complain(error);
            } finally {
                button.ariaDisabled = false;
            }
        });
        return button;
    }

    #complain(text) {
        const problem = this.#dialog.querySelector(":scope > .problem");
        setText(problem, text);
        problem.hidden = text === "";
    }

    #render(task) {
        const find = (selector) => this.#dialog.querySelector(selector);
        this.#dialog.dataset.status = task.status;
        setText(find(".badge"), t(`status.${task.status}`));
        setText(find("#details-title"), promptOf(task));
        find(".dialog-head .bare").setAttribute("aria-label", t("close"));
        this.#renderBody(task);
        const isDone = task.status === "COMPLETED";
        for (const [name, label, isThere] of [
            ["save", "card.download", isDone],
            ["thumbnail", "details.thumbnail", isDone],
            ["reuse", "card.reuse", true],
            ["cancel", "card.cancel", !isOver(task) && !task.cancel_requested_at],
            ["remove", "details.remove", isOver(task)],
        ]) {
            const button = find(`[data-action=${name}]`);
            setHidden(button, !isThere, find("#details-title"));
            setText(button.lastChild, t(label));
        }
    }

    /** Progress changes nothing in it, and must not take the selection, the focus, or the text that was unfolded. */
    #renderBody(task) {
        const { stage, step, total, percent, eta_s, etaAt, position, message, preview, ...rest } = task;
        const shown = JSON.stringify(rest);
        if (shown === this.#shown) return;
        this.#shown = shown;
        const body = this.#dialog.querySelector(".details-body");
        const hadFocus = body.contains(document.activeElement);
        body.replaceChildren(
            ...this.#failure(task),
            this.#facts(t("details.parameters"), this.#parameters(task)),
            this.#facts(t("details.times"), this.#times(task)),
            ...(task.result ? [this.#facts(t("details.result"), this.#result(task))] : []),
        );
        if (hadFocus) this.#dialog.querySelector("#details-title").focus({ preventScroll: true });
    }

    #failure(task) {
        const failure = task.error ?? task.last_error;
        if (!failure) return [];
        const code = h("p", { class: "hint" }, t("details.code"), " ", h("code", {}, failure.code));
        // What the program itself said is in its own language.
        const said = failure.message ? h("p", { class: "said", lang: "en" }, failure.message) : null;
        return [
            h(
                "section",
                { class: task.error ? "fault" : "fault past" },
                h("p", {}, task.error ? sayFailure(failure) : t("details.lastError", sayFailure(failure))),
                h("details", {}, h("summary", {}, t("details.technical")), code, said),
            ),
        ];
    }

    #parameters(task) {
        const template = this.#templates.find(({ name }) => name === task.template);
        const properties = template?.parameters.properties ?? {};
        const order = template?.parameters["x-order"] ?? Object.keys(task.parameters);
        const known = order.filter((name) => name !== "prompt" && (task.parameters[name] ?? "") !== "");
        const shown = known.map((name) => [tOr(`parameter.${name}`, named(properties[name] ?? {}, "title") ?? name), String(task.parameters[name])]);
        if (properties.seed && task.parameters.seed === undefined) shown.push([t("parameter.seed"), t("composer.random")]);
        return [
            [t("composer.model"), template ? (named(template, "title") ?? template.name) : task.template],
            ...shown,
            [t("picture.title"), t(task.has_image ? "details.yes" : "details.no")],
            [t("parameter.priority"), tOr(`priority.${task.priority}`, task.priority)],
            ...Object.entries(task.labels ?? {}).map(([name, value]) => [t("details.label"), `${name}: ${value}`]),
        ];
    }

    #times({ created_at, started_at, ended_at, status, attempt, reason, expires_at, derived_from, task_id }) {
        const took = (from, to) => duration((moment(to) - moment(from)) / 1000);
        return [
            [t("details.created"), clock(created_at)],
            [t("details.started"), started_at && clock(started_at)],
            [t("details.waited"), started_at && took(created_at, started_at)],
            [t("details.ended"), ended_at && clock(ended_at)],
            [t("details.took"), started_at && ended_at && took(started_at, ended_at)],
            [t("details.expires"), expires_at && clock(expires_at)],
            [t("details.reason"), status === "QUEUED" && reason && tOr(`reason.${reason}`, reason)],
            [t("details.derived"), derived_from && this.#originButton(derived_from)],
            [t("details.attempt"), attempt > 1 && String(attempt)],
            [t("details.id"), h("code", {}, task_id)],
        ];
    }

    #originButton(id) {
        const title = t("details.showDerived");
        return h("button", { type: "button", class: "text-link", title, onclick: () => this.#showOrigin(id) }, h("code", {}, id));
    }

    #result({ result }) {
        return [
            [t("parameter.size"), result.width && `${result.width} × ${result.height}`],
            [t("parameter.frames"), result.frames && String(result.frames)],
            [t("details.length"), result.duration_ms && duration(result.duration_ms / 1000)],
            [t("details.file"), bytes(result.size)],
            ["SHA-256", result.sha256 && h("code", {}, result.sha256)],
        ];
    }

    #facts(title, pairs) {
        const items = pairs.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
        return h("section", {}, h("h3", {}, title), h("dl", { class: "facts-list" }, items));
    }
}
