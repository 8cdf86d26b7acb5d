import { h, icon } from "../dom.js";
import { t } from "../i18n.js";

/**
 * Shows above the form which earlier task a new one derives from: its prompt, and the labels that are copied. After it was
 * dropped, the new task derives from none.
 */
export class Origin {
    #element;
    #onDrop;
    #value = null;

    /** `onDrop()` is called when the user drops it. */
    constructor(element, onDrop) {
        this.#element = element;
        this.#onDrop = onDrop;
    }

    /** `{ task_id, prompt, labels }`, or null. */
    get value() {
        return this.#value;
    }

    set value(value) {
        this.#value = value;
        this.render();
    }

    /** Its members of a new task. */
    get members() {
        if (!this.#value) return {};
        const { task_id, labels } = this.#value;
        return { derived_from: task_id, ...(Object.keys(labels).length > 0 ? { labels } : {}) };
    }

    render() {
        this.#element.hidden = this.#value === null;
        if (!this.#value) return this.#element.replaceChildren();
        const labels = Object.entries(this.#value.labels).map(([name, value]) => h("span", { class: "tag" }, `${name}: ${value}`));
        const drop = h(
            "button",
            { type: "button", class: "quiet bare", title: t("composer.dropOrigin"), "aria-label": t("composer.dropOrigin"), onclick: () => this.#drop() },
            icon("close"),
        );
        this.#element.replaceChildren(h("p", {}, t("details.derived"), " ", h("q", {}, this.#value.prompt), ...labels), drop);
    }

    #drop() {
        this.value = null;
        this.#onDrop();
    }
}
