import { h } from "../dom.js";
import { named, t } from "../i18n.js";

const states = ["", "QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"];
/** The most characters that the service searches for. */
const longestText = 200;
/** Milliseconds without typing before a search. */
const pause = 300;

/**
 * Filters the list by state, model and text. The filter is in the page's URL, so that a reload and a bookmark keep it.
 * Dispatches `change`.
 */
export class TaskFilter extends EventTarget {
    #element;
    #templates = [];
    #status = "";
    #template = "";
    #text = "";
    #timer;

    constructor(element) {
        super();
        this.#element = element;
        const query = new URLSearchParams(location.search);
        if (states.includes(query.get("status"))) this.#status = query.get("status");
        this.#template = query.get("template") ?? "";
        this.#text = (query.get("q") ?? "").slice(0, longestText).trim();
        document.addEventListener("languagechange", () => this.#render());
    }

    set templates(templates) {
        this.#templates = templates;
        if (!templates.some(({ name }) => name === this.#template)) this.#template = "";
        this.#render();
    }

    /** As query parameters of the service. */
    get query() {
        return { status: this.#status, template: this.#template, q: this.#text };
    }

    get isOn() {
        return Object.values(this.query).some((value) => value !== "");
    }

    /** Whether the service's search would find the task; for changes while the list is open. */
    matches(task) {
        const text = this.#text.toLowerCase();
        return (
            (!this.#status || task.status === this.#status) &&
            (!this.#template || task.template === this.#template) &&
            (!text || task.task_id === text || (task.parameters?.prompt ?? "").toLowerCase().includes(text))
        );
    }

    clear() {
        this.#status = this.#template = this.#text = "";
        this.#render();
        this.#changed();
    }

    #changed() {
        const query = new URLSearchParams();
        for (const [name, value] of Object.entries(this.query)) if (value) query.set(name, value);
        history.replaceState(null, "", query.size > 0 ? `?${query}` : location.pathname);
        this.dispatchEvent(new Event("change"));
    }

    #render() {
        const search = h("input", {
            type: "search",
            id: "filter-text",
            maxlength: longestText,
            placeholder: t("filter.text"),
            "aria-label": t("filter.text"),
            autocomplete: "off",
            oninput: ({ target }) => {
                clearTimeout(this.#timer);
                this.#timer = setTimeout(() => {
                    this.#text = target.value.trim();
                    this.#changed();
                }, pause);
            },
        });
        search.value = this.#text;
        this.#element.replaceChildren(search, ...(this.#templates.length > 1 ? [this.#models()] : []), this.#states());
    }

    #models() {
        const option = (name, text) => h("option", { value: name, selected: name === this.#template }, text);
        const select = h(
            "select",
            { id: "filter-template", "aria-label": t("composer.model"), onchange: ({ target }) => this.#choose("template", target.value) },
            option("", t("filter.allModels")),
            this.#templates.map((template) => option(template.name, named(template, "title") ?? template.name)),
        );
        return select;
    }

    #states() {
        const choices = states.map((state) =>
            h(
                "label",
                { class: "pill" },
                h("input", { type: "radio", name: "filter-status", value: state, checked: state === this.#status, onchange: () => this.#choose("status", state) }),
                h("span", {}, t(state ? `status.${state}` : "filter.all")),
            ),
        );
        return h("fieldset", { class: "pills" }, h("legend", { class: "unseen" }, t("filter.status")), choices);
    }

    #choose(name, value) {
        if (name === "status") this.#status = value;
        else this.#template = value;
        this.#changed();
    }
}
