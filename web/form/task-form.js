import { h, icon, setText } from "../dom.js";
import { sayError, sayFault } from "../faults.js";
import { named, t } from "../i18n.js";
import { promptOf } from "../tasks/task-store.js";
import { Draft } from "./draft.js";
import { Field } from "./field.js";
import { Origin } from "./origin.js";
import { PicturePicker } from "./picture-picker.js";

/** The form for a new task, with the fields of the chosen template's JSON Schema. */
export class TaskForm {
    element;
    #templates = [];
    #template;
    #fields = [];
    /** What the user chose, by the parameter's name; also while a model is shown that does not take it. */
    #chosen = new Map();
    #priority;
    #classes = { names: ["normal"], standard: "normal" };
    #picture;
    /** The earlier task that the form was filled from. */
    #origin;
    #draft = new Draft();
    #actions;
    #parts;

    /**
     * `actions`: `submit(task, file)` sends a task, with the file of a picture if there is one, and throws an `APIError`
     * when the service refuses; `pictureAddress(task_id)` is where the picture of an earlier task can be seen.
     */
    constructor(element, actions) {
        this.element = element;
        this.#actions = actions;
        this.#parts = {
            models: element.querySelector("#models"),
            essentials: element.querySelector("#essentials"),
            picture: element.querySelector("#picture"),
            more: element.querySelector("#more"),
            details: element.querySelector("#details"),
            problem: element.querySelector("#form-problem"),
            submit: element.querySelector("#submit"),
        };
        this.#origin = new Origin(element.querySelector("#origin"), () => {
            this.#keepText();
            this.#fields[0]?.focus();
        });
        this.#picture = new PicturePicker(this.#parts.picture, (choice) => this.#draft.keepPicture(choice));
        element.addEventListener("submit", (event) => {
            event.preventDefault();
            this.#submit();
        });
        element.addEventListener("keydown", (event) => {
            if (event.key !== "Enter" || event.isComposing) return;
            const isMeant = event.ctrlKey || event.metaKey;
            // A key that is held down submits once; it goes on only where it makes lines.
            if (isMeant || (event.repeat && event.target.localName !== "textarea")) event.preventDefault();
            if (isMeant && !event.repeat) this.#submit();
        });
        element.addEventListener("input", () => this.#keepText());
        document.addEventListener("languagechange", () => {
            if (this.#template) this.#show(this.#template, this.#values());
            this.#origin.render();
        });
    }

    /** The priority classes, most urgent first, and the one of a task that names none. */
    set classes(classes) {
        this.#classes = classes;
    }

    /**
     * Restores the user's draft, or shows the first template; with several templates, also a choice of them. At another
     * start, what is in the form stays: the draft may be another tab's.
     */
    async start(templates, user) {
        this.#templates = templates;
        await this.#draft.claim(user);
        if (this.#template) {
            const template = this.#named(this.#template.name) ?? templates[0];
            return template && this.#show(template, this.#values());
        }
        const text = this.#draft.text;
        const template = this.#named(text?.template) ?? templates[0];
        if (!template) return;
        this.#show(template, text?.values ?? {}, text?.priority);
        this.#origin.value = text?.origin ?? null;
        await this.#picture.restore(this.#restorePicture());
    }

    async #restorePicture() {
        const { turn } = this.#picture;
        const picture = await this.#draft.picture();
        if (turn !== this.#picture.turn) return; // The user was quicker.
        if (picture?.file) await this.#picture.pick(picture.file);
        if (picture?.task_id) await this.#keepPictureOf(picture.task_id);
    }

    /** Fills the form from an earlier task, with its picture and labels. */
    async fill(task) {
        const template = this.#named(task.template);
        if (!template) return this.#complain(t("composer.modelGone"));
        this.#chosen.clear();
        this.#show(template, task.parameters, task.priority);
        this.#origin.value = { task_id: task.task_id, prompt: promptOf(task), labels: task.labels ?? {} };
        this.#keepText();
        this.#fields[0]?.focus();
        if (task.has_image) await this.#keepPictureOf(task.task_id);
        else await this.#picture.clear();
    }

    /** Deletes the draft. */
    async forget() {
        await this.#draft.forget();
    }

    #named(name) {
        return this.#templates.find((template) => template.name === name);
    }

    async #keepPictureOf(task) {
        try {
            await this.#picture.keep(task, () => this.#actions.pictureAddress(task));
        } catch (error) {
            const isGone = error.isGone || error.code === "files_expired";
            if (isGone) await this.#picture.clear();
            this.#picture.problem = isGone ? t("picture.gone") : sayError(error);
        }
    }

    #keepText() {
        this.#draft.text = { template: this.#template.name, values: this.#values(), priority: this.#priority.value, origin: this.#origin.value };
    }

    #values() {
        return Object.fromEntries(this.#fields.map((field) => [field.name, field.value]));
    }

    /** Shows another template, with what the user chose; what was a default of the old one is a default of the new one. */
    #switch(template) {
        for (const { name, value, isDefault, hasRefused } of this.#fields) {
            if (!isDefault && value !== undefined) this.#chosen.set(name, value);
            else if (!hasRefused) this.#chosen.delete(name);
        }
        this.#show(template, {});
        for (const field of this.#fields) if (this.#chosen.has(field.name)) field.take(this.#chosen.get(field.name));
        this.#keepText();
        this.element.querySelector("#model").focus();
    }

    #show(template, values, priority = this.#priority?.value) {
        this.#template = template;
        const { properties = {}, required = [], "x-order": order = Object.keys(properties) } = template.parameters;
        this.#fields = order
            .map((name) => new Field(name, properties[name], required.includes(name)));
        for (const field of this.#fields) if (values[field.name] !== undefined) field.value = values[field.name];
        const { names, standard } = this.#classes;
        this.#priority = new Field("priority", { type: "string", enum: names, default: names.includes(priority) ? priority : standard }, false);

        // Texts first, then the picture, then choices.
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
                onchange: ({ target }) => this.#switch(this.#named(target.value)),
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
        if (this.#parts.submit.ariaDisabled === "true") return;
        this.#complain("");
        this.#busy = true;
        try {
            const isReadable = await this.#picture.ready();
            const wrong = this.#fields.filter((field) => !field.check());
            const hasPicture = isReadable && this.#picture.check();
            if (wrong.length > 0 || !hasPicture) return this.#complain(t("composer.check"), wrong[0] ?? this.#picture);

            const parameters = Object.fromEntries(Object.entries(this.#values()).filter(([, value]) => value !== undefined));
            const { file, task_id } = this.#picture.accepted ?? {};
            const task = { template: this.#template.name, parameters, priority: this.#priority.value, ...this.#origin.members };
            await this.#actions.submit(task_id ? { ...task, image: { task_id } } : task, file ?? null);
        } catch (error) {
            this.#refuse(error);
        } finally {
            this.#busy = false;
        }
    }

    set #busy(busy) {
        this.#parts.submit.ariaDisabled = busy;
        this.#parts.submit.classList.toggle("busy", busy);
        setText(this.#parts.submit.querySelector("span"), t(busy ? "composer.sending" : "composer.submit"));
    }

    /** Shows each fault at its field, and the rest above the button. */
    #refuse(error) {
        const left = [];
        let first;
        for (const { field: path = "", message } of error.fields ?? []) {
            const name = path.replace(/^\/?parameters[./]/, "").replace(/^\//, "").split(/[./[]/)[0];
            const field = this.#fields.find((candidate) => candidate.name === name);
            if (field) {
                field.problem = sayFault(message);
                first ??= field;
                if (!field.isEssential) this.#parts.details.open = true;
            } else if (name === "derived_from") {
                // It was deleted meanwhile; the new task derives from none.
                this.#origin.value = null;
                this.#keepText();
                left.push(t("composer.originGone"));
            } else if (name === "image") {
                this.#picture.problem = sayFault(message);
                first ??= this.#picture;
            } else {
                left.push(sayFault(message));
            }
        }
        if (left.length > 0) this.#complain(left.join(" "), first);
        else if (error.fields?.length) this.#complain(t("composer.check"), first);
        else this.#complain(sayError(error));
    }

    #complain(text, field) {
        setText(this.#parts.problem, text);
        this.#parts.problem.hidden = text === "";
        if (field?.isEssential === false) this.#parts.details.open = true;
        field?.focus();
    }
}

/** The template's picture input; null if it takes none. */
function pictureInput(template) {
    const input = template.inputs?.image;
    if (!input) return null;
    return { required: input.required === true, types: input.types, most: input.most };
}
