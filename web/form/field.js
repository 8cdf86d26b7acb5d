import { h, setText } from "../dom.js";
import { language, named, t, tOr } from "../i18n.js";

let count = 0;

/** A text that may be longer than this gets several lines. */
const longText = 200;

/**
 * A form field, made from the JSON Schema of a parameter. `element` goes into the page; `value` is sent (undefined: the
 * template's default applies); `check()` validates it.
 */
export class Field {
    element;
    /** Whether `take` was given a value that is none for it. */
    hasRefused = false;
    #schema;
    #required;
    #controls;
    #problem;
    #counter;

    constructor(name, schema, required) {
        this.name = name;
        this.#schema = schema;
        this.#required = required;
        this.id = `field-${name}-${++count}`;
        this.#problem = h("p", { class: "problem", id: `${this.id}-problem`, hidden: true });
        this.element = this.#build();
        this.value = schema.default;
        this.element.addEventListener("input", () => this.#changed());
    }

    /** Whether it is shown first: required fields, long texts and choices. The rest is under "more settings". */
    get isEssential() {
        return this.#required || this.#isLong || this.#schema.enum !== undefined;
    }

    get #isLong() {
        return this.#schema.type === "string" && !this.#schema.enum && (this.#schema.maxLength ?? Infinity) > longText;
    }

    get #isNumber() {
        return this.#schema.type === "integer" || this.#schema.type === "number";
    }

    get value() {
        if (this.#schema.enum) {
            const chosen = this.#controls.findIndex((control) => control.checked);
            return chosen < 0 ? undefined : this.#schema.enum[chosen];
        }
        const [control] = this.#controls;
        if (this.#schema.type === "boolean") return control.checked;
        if (this.#isNumber) return control.value.trim() === "" ? undefined : Number(control.value);
        return control.value === "" && !this.#required ? undefined : control.value;
    }

    /** A choice that there is not, because a template has changed, say, is the default. */
    set value(value) {
        if (this.#schema.enum) {
            const chosen = this.#schema.enum.includes(value) ? value : this.#schema.default;
            this.#schema.enum.forEach((choice, index) => (this.#controls[index].checked = choice === chosen));
        } else if (this.#schema.type === "boolean") {
            this.#controls[0].checked = value === true;
        } else {
            for (const control of this.#controls) control.value = value ?? "";
        }
        this.#changed();
    }

    get isDefault() {
        return this.value === this.#schema.default;
    }

    /** Takes the value that another template's field of this name had, unless it is none for this one. */
    take(value) {
        const type = { boolean: "boolean", integer: "number", number: "number" }[this.#schema.type] ?? "string";
        if (this.#schema.enum || typeof value === type) this.value = value;
        // A text that is too long is the user's own, and theirs to shorten.
        if (type !== "string" && this.#fault()) this.value = this.#schema.default;
        this.hasRefused = this.value !== value;
    }

    /** Validates the value and shows the fault; true if it is valid. */
    check() {
        this.problem = this.#fault() ?? "";
        return this.problem === "";
    }

    get problem() {
        return this.#problem.textContent;
    }

    set problem(text) {
        setText(this.#problem, text);
        this.#problem.hidden = text === "";
        this.element.classList.toggle("has-problem", text !== "");
        for (const control of this.#controls) control.setAttribute("aria-invalid", text !== "");
    }

    focus() {
        (this.#controls.find((control) => control.checked) ?? this.#controls[0]).focus();
    }

    #changed() {
        if (this.problem) this.problem = "";
        if (this.#counter) {
            const length = [...this.#controls[0].value].length;
            const most = this.#schema.maxLength;
            setText(this.#counter, t("composer.characters", length, most));
            this.#counter.hidden = length < most * 0.8;
        }
    }

    #fault() {
        // What a field for numbers cannot read, it shows and calls empty.
        if (this.#controls[0].validity.badInput) return t("fault.value");
        const { minimum, maximum, maxLength, type } = this.#schema;
        const value = this.value;
        if (value === undefined || (typeof value === "string" && value.trim() === "")) {
            return this.#required ? t("composer.required") : undefined;
        }
        if (typeof value === "string" && [...value].length > maxLength) return t("composer.tooLong", maxLength);
        if (!this.#isNumber) return undefined;
        if (value < minimum || value > maximum || Number.isNaN(value)) {
            if (minimum === undefined) return t("composer.atMost", maximum);
            return maximum === undefined ? t("composer.atLeast", minimum) : t("composer.range", minimum, maximum);
        }
        if (type === "integer" && !Number.isInteger(value)) return t("composer.whole");
        return this.#offStep(value);
    }

    /** The fault of a number between two steps, naming its neighbours. */
    #offStep(value) {
        const { minimum = 0, maximum = Infinity, multipleOf, type } = this.#schema;
        const step = this.#schema["x-step"] ?? multipleOf;
        if (type !== "integer" || !step) return undefined;
        const start = multipleOf ? 0 : minimum;
        const lower = start + Math.floor((value - start) / step) * step;
        if (lower === value) return undefined;
        return lower + step <= maximum ? t("composer.either", lower, lower + step) : t("composer.rather", lower);
    }

    #build() {
        if (this.#schema.enum) return this.#buildChoice();
        if (this.#schema.type === "boolean") return this.#buildSwitch();
        const control = this.#isLong ? this.#buildText() : this.#buildLine();
        this.#controls = [control];
        return h("div", { class: `field ${this.#isLong ? "field-text" : ""}` }, this.#label(), control, this.#hint(), this.#problem);
    }

    #label() {
        this.#counter = this.#isLong && this.#schema.maxLength ? h("span", { class: "counter", hidden: true }) : null;
        return h("label", { class: "label", for: this.id }, this.#title(), this.#counter);
    }

    #title() {
        return h("span", {}, this.#schema[`x-title-${language()}`] ?? tOr(`parameter.${this.name}`, this.#schema.title ?? this.name));
    }

    #hint() {
        const text = named(this.#schema, "description");
        return text && !this.#isLong ? h("p", { class: "hint", id: `${this.id}-hint` }, text) : null;
    }

    #common() {
        return { id: this.id, name: this.name, "aria-describedby": `${this.id}-hint ${this.id}-problem`, "aria-required": this.#required };
    }

    #buildText() {
        const placeholder = tOr(`parameter.${this.name}.placeholder`, named(this.#schema, "description") ?? "");
        return h("textarea", { ...this.#common(), rows: 4, placeholder });
    }

    #buildLine() {
        if (!this.#isNumber) return h("input", { ...this.#common(), type: "text", autocomplete: "off" });
        const { minimum, maximum, multipleOf, type } = this.#schema;
        const step = this.#schema["x-step"] ?? multipleOf;
        return h("input", {
            ...this.#common(),
            type: "number",
            inputmode: type === "integer" ? "numeric" : "decimal",
            min: minimum,
            max: maximum,
            step: step ?? (type === "integer" ? 1 : "any"),
            placeholder: this.#schema.default === undefined ? t("composer.random") : undefined,
        });
    }

    #buildChoice() {
        this.#controls = this.#schema.enum.map((choice, index) =>
            h("input", { type: "radio", name: this.id, value: index, id: `${this.id}-${index}` }),
        );
        const choices = this.#schema.enum.map((choice, index) =>
            h(
                "label",
                { class: "choice", for: `${this.id}-${index}` },
                this.#controls[index],
                h("span", {}, shape(choice), tOr(`${this.name}.${choice}`, String(choice).replace(/^(\d+)[x*](\d+)$/, "$1 × $2"))),
            ),
        );
        return h(
            "fieldset",
            { class: "field" },
            h("legend", { class: "label" }, this.#title()),
            h("div", { class: "choices" }, choices),
            this.#hint(),
            this.#problem,
        );
    }

    #buildSwitch() {
        const control = h("input", { ...this.#common(), type: "checkbox", role: "switch" });
        this.#controls = [control];
        return h("div", { class: "field" }, h("label", { class: "switch", for: this.id }, control, this.#title()), this.#hint(), this.#problem);
    }
}

/** A size is shown with a small frame of its shape. */
function shape(choice) {
    const size = /^(\d+)[x*](\d+)$/.exec(choice);
    if (!size) return null;
    const ratio = size[1] / size[2];
    return h("i", { class: `shape ${ratio > 1.1 ? "lying" : ratio < 0.9 ? "standing" : "square"}`, "aria-hidden": "true" });
}
