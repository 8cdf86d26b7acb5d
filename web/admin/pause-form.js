import { confirmed } from "../confirmation.js";
import { h, icon } from "../dom.js";
import { named, t, tOr } from "../i18n.js";

const scopes = ["all", "class", "template", "user", "node"];

/** Asks what is to start no further tasks, and why. */
export class PauseForm {
    element;
    #choices;
    #target = h("div", { class: "field" });

    /** `onPause({ scope, target, reason })` carries it out, and throws when it could not. */
    constructor(choices, onPause) {
        this.#choices = choices;
        const options = scopes.map((scope) => h("option", { value: scope }, t(`admin.scope.${scope}`)));
        const scope = h("select", { id: "pause-scope", onchange: () => this.#ask(scope.value) }, options);
        const reason = h("input", { type: "text", id: "pause-reason", maxlength: 500, autocomplete: "off" });
        this.element = h(
            "form",
            {
                class: "pause",
                onsubmit: async (event) => {
                    event.preventDefault();
                    if (scope.value === "all" && !(await confirmed(t("admin.pauseAllQuestion"), t("admin.pause")))) return;
                    const target = this.#target.querySelector("input, select")?.value.trim();
                    try {
                        await onPause({ scope: scope.value, ...(target ? { target } : {}), reason: reason.value.trim() });
                        reason.value = "";
                    } catch {
                        // It is said below the form; what was written stays.
                    }
                },
            },
            h("div", { class: "field" }, h("label", { class: "label", for: "pause-scope" }, t("admin.what")), h("span", { class: "select" }, scope, icon("chevron"))),
            this.#target,
            h("div", { class: "field" }, h("label", { class: "label", for: "pause-reason" }, t("admin.reason")), reason),
            h("button", { type: "submit", class: "primary" }, t("admin.pause")),
        );
        this.#ask("all");
    }

    /** What of the kind: one of those there are, or a name. */
    #ask(scope) {
        this.#target.hidden = scope === "all";
        if (scope === "all") return this.#target.replaceChildren();
        const option = (value, text) => h("option", { value }, text);
        const options = {
            class: this.#choices.classes.map((name) => option(name, tOr(`priority.${name}`, name))),
            template: this.#choices.templates.map((template) => option(template.name, named(template, "title") ?? template.name)),
        }[scope];
        const control = options
            ? h("span", { class: "select" }, h("select", { id: "pause-target" }, options), icon("chevron"))
            : h("input", { type: "text", id: "pause-target", required: true, autocomplete: "off" });
        this.#target.replaceChildren(h("label", { class: "label", for: "pause-target" }, t(`admin.scope.${scope}`)), control);
    }
}
