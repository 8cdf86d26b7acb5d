import { h, icon, setText } from "./dom.js";
import { Field } from "./field.js";
import { named, t } from "./i18n.js";
import { PicturePicker } from "./picture.js";

/** The form for a new task. What it asks is what the chosen template's JSON Schema says. */
export class TaskForm {
    element;
    #templates = [];
    #template;
    #fields = [];
    #priority;
    #picture;
    #onSubmit;
    #parts;

    /** `onSubmit(task, picture)` sends it and throws an `APIError` when the service refuses. */
    constructor(element, onSubmit) {
        this.element = element;
        this.#onSubmit = onSubmit;
        this.#parts = {
            models: element.querySelector("#models"),
            essentials: element.querySelector("#essentials"),
            picture: element.querySelector("#picture"),
            more: element.querySelector("#more"),
            details: element.querySelector("#details"),
            problem: element.querySelector("#form-problem"),
            submit: element.querySelector("#submit"),
        };
        this.#picture = new PicturePicker(this.#parts.picture);
        element.addEventListener("submit", (event) => {
            event.preventDefault();
            this.#submit();
        });
        element.addEventListener("keydown", (event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#submit();
        });
        document.addEventListener("languagechange", () => this.#template && this.#show(this.#template, this.#values()));
    }

    /** Shows the first of the templates; where there are more, a choice of them. */
    set templates(templates) {
        this.#templates = templates;
        const remembered = localStorage.getItem("maas.template");
        const first = templates.find((template) => template.name === remembered) ?? templates[0];
        if (first) this.#show(first, {});
    }

    /** Fills the form with what an earlier task was made of. */
    fill(task) {
        const template = this.#templates.find((candidate) => candidate.name === task.template);
        if (template) this.#show(template, task.parameters);
        this.#fields[0]?.focus();
    }

    #values() {
        return Object.fromEntries(this.#fields.map((field) => [field.name, field.value]));
    }

    #show(template, values) {
        this.#template = template;
        const { properties = {}, required = [], "x-order": order = Object.keys(properties) } = template.parameters;
        this.#fields = order
            .filter((name) => name !== "image")
            .map((name) => new Field(name, properties[name], required.includes(name)));
        for (const field of this.#fields) if (values[field.name] !== undefined) field.value = values[field.name];
        const priority = this.#priority?.value ?? "normal";
        this.#priority = new Field("priority", { type: "string", enum: ["high", "normal", "low"], default: priority }, false);

        // What is written first, then the picture, then what is chosen.
        const essential = this.#fields.filter((field) => field.isEssential);
        const isWritten = (field) => field.element.classList.contains("field-text");
        this.#parts.essentials.replaceChildren(...essential.filter(isWritten).map((field) => field.element));
        this.#picture.accept(pictureInput(template));
        this.#parts.more.replaceChildren(...this.#fields.filter((field) => !field.isEssential).map((field) => field.element), this.#priority.element);
        this.element.querySelector("#choices").replaceChildren(...essential.filter((field) => !isWritten(field)).map((field) => field.element));
        this.#showModels();
        this.#complain("");
    }

    #showModels() {
        this.#parts.models.hidden = this.#templates.length < 2;
        const select = h(
            "select",
            {
                id: "model",
                onchange: ({ target }) => {
                    localStorage.setItem("maas.template", target.value);
                    this.#show(this.#templates.find((template) => template.name === target.value), this.#values());
                },
            },
            this.#templates.map((template) =>
                h("option", { value: template.name, selected: template === this.#template }, named(template, "title") ?? template.name),
            ),
        );
        const description = named(this.#template, "description");
        this.#parts.models.replaceChildren(
            h("label", { class: "label", for: "model" }, t("composer.model")),
            h("span", { class: "select" }, select, icon("chevron")),
            ...(description ? [h("p", { class: "hint" }, description)] : []),
        );
    }

    async #submit() {
        if (this.#parts.submit.disabled) return;
        const wrong = this.#fields.filter((field) => !field.check());
        const hasPicture = this.#picture.check();
        if (wrong.length > 0 || !hasPicture) return this.#complain(t("composer.check"), wrong[0]);

        const parameters = Object.fromEntries(Object.entries(this.#values()).filter(([, value]) => value !== undefined));
        this.#complain("");
        this.#busy = true;
        try {
            await this.#onSubmit({ template: this.#template.name, parameters, priority: this.#priority.value }, this.#picture.file);
        } catch (error) {
            this.#refuse(error);
        } finally {
            this.#busy = false;
        }
    }

    set #busy(busy) {
        this.#parts.submit.disabled = busy;
        this.#parts.submit.classList.toggle("busy", busy);
        setText(this.#parts.submit.querySelector("span"), t(busy ? "composer.sending" : "composer.submit"));
    }

    /** Puts what the service said beside the fields it is about; the rest goes above the button. */
    #refuse(error) {
        const left = [];
        let first;
        for (const { field: path = "", message } of error.fields ?? []) {
            const name = path.replace(/^\/?parameters[./]/, "").replace(/^\//, "").split(/[./[]/)[0];
            const field = this.#fields.find((candidate) => candidate.name === name);
            if (field) {
                field.problem = message;
                first ??= field;
                if (!field.isEssential) this.#parts.details.open = true;
            } else if (name === "image") {
                this.#picture.problem = message;
            } else {
                left.push(message);
            }
        }
        if (left.length > 0) this.#complain(left.join(" "), first);
        else if (error.fields?.length) this.#complain(t("composer.check"), first);
        else if (error.status === 0) this.#complain(t("error.network"));
        else if (error.status >= 500) this.#complain(t("error.server"));
        else this.#complain(error.message);
    }

    #complain(text, field) {
        setText(this.#parts.problem, text);
        this.#parts.problem.hidden = text === "";
        if (field && !field.isEssential) this.#parts.details.open = true;
        field?.focus();
    }
}

/** What the template says of a picture: null when it takes none. */
function pictureInput(template) {
    const input = template.inputs?.image ?? template.parameters.properties?.image;
    if (!input) return null;
    const required = input.required === true || (template.parameters.required ?? []).includes("image");
    return { required, types: input.types ?? input.media_types, most: input.max_bytes };
}
