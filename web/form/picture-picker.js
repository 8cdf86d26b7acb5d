import { h, icon, setText } from "../dom.js";
import { t } from "../i18n.js";

const readable = ["image/jpeg", "image/png", "image/webp"];
/** The preview's width in pixels, enough for a dense screen. */
const previewWidth = 960;

/**
 * Picks a picture by drop, click or paste, and shows it. It may also be the picture of an earlier task, which is referred
 * to and not sent again.
 */
export class PicturePicker {
    /** `{ file }`, `{ task_id }` of an earlier task, or null. */
    #choice = null;
    /** Counts what the user does, so that what is finished only after the next choice changes nothing. */
    #turn = 0;
    /** What finds out the newest choice, while it does: a promise of whether it can be read. */
    #reading = null;
    #element;
    #onChange;
    #rules = null;
    #problem = h("p", { class: "problem", id: "picture-problem", role: "alert", hidden: true });
    #preview = null;

    /** `onChange(choice)` stores the choice, or null. */
    constructor(element, onChange) {
        this.#element = element;
        this.#onChange = onChange;
        document.addEventListener("paste", (event) => isText(event) || this.#take(event.clipboardData?.files[0], event));
        // A picture dropped elsewhere must not replace the page; text is for the fields.
        for (const type of ["dragover", "drop"]) document.addEventListener(type, (event) => hasFiles(event) && event.preventDefault());
        for (const type of ["dragenter", "dragover"]) element.addEventListener(type, (event) => hasFiles(event) && element.classList.add("is-target"));
        for (const type of ["dragleave", "drop"]) element.addEventListener(type, () => element.classList.remove("is-target"));
        element.addEventListener("drop", (event) => this.#take(event.dataTransfer.files[0], event));
    }

    /** `{ required, types, most }` of the template, or null if it takes no picture; the choice stays for other templates. */
    accept(rules) {
        this.#rules = rules;
        this.#element.hidden = rules === null;
        this.problem = "";
        this.#render();
    }

    /** The choice, if the template takes a picture. */
    get accepted() {
        return this.#rules ? this.#choice : null;
    }

    check() {
        if (!this.#rules?.required || this.#choice) return true;
        this.problem = t("picture.missing");
        return false;
    }

    set problem(text) {
        setText(this.#problem, text);
        this.#problem.hidden = text === "";
    }

    focus() {
        this.#element.querySelector("input, button")?.focus();
    }

    get turn() {
        return this.#turn;
    }

    /** Waits until it is known what was chosen; false if that is no picture. */
    async ready() {
        while (this.#rules && this.#reading) if (!(await this.#reading)) return false;
        return true;
    }

    clear() {
        this.#begin();
        return this.#set(null, null);
    }

    /** Takes a file; shows a problem if it is no picture. */
    pick(original) {
        const turn = this.#begin();
        return this.#await(this.#read(original, turn));
    }

    /** Takes what an earlier visit chose: `work` picks it, unless the user is quicker. */
    restore(work) {
        return this.#await(work.then(() => true));
    }

    /** A choice overtakes those before it. */
    #begin() {
        this.#reading = null;
        this.#showReading();
        return ++this.#turn;
    }

    async #await(reading) {
        this.#reading = reading;
        this.#showReading();
        await reading;
        if (this.#reading !== reading) return;
        this.#reading = null;
        this.#showReading();
    }

    async #read(original, turn) {
        try {
            // A file that has changed on the disk since it was picked can be neither sent nor kept.
            const { name, type, lastModified } = original;
            const file = new File([await original.arrayBuffer()], name, { type, lastModified });
            const bitmap = await createImageBitmap(file, { resizeWidth: previewWidth, resizeQuality: "high" });
            if (turn === this.#turn) await this.#set({ file }, drawn(bitmap, file.name));
            return true;
        } catch {
            if (turn === this.#turn) this.problem = t("picture.notImage");
            return false;
        }
    }

    /**
     * Takes the picture of an earlier task at once, so that no other one is sent meanwhile, and shows it as soon as
     * `address()` has told where it is. Throws what that throws, unless the user has chosen something else since.
     */
    async keep(task_id, address) {
        const turn = this.#begin();
        const image = h("img", { alt: t("picture.kept") });
        await this.#set({ task_id }, image);
        try {
            image.src = await address();
        } catch (error) {
            if (turn === this.#turn) throw error;
        }
    }

    async #take(file, event) {
        if (!file || !this.#rules) return;
        event?.preventDefault();
        if (this.#rules.most && file.size > this.#rules.most) {
            this.problem = t("picture.tooLarge", Math.floor(this.#rules.most / 1e6));
            return;
        }
        await this.pick(file);
    }

    /** Stores the choice before showing it, so that a reload at any moment shows the same. */
    async #set(choice, preview) {
        this.#choice = choice;
        await this.#onChange(choice);
        if (this.#choice !== choice) return; // Another one was picked meanwhile.
        const hadFocus = this.#element.contains(document.activeElement);
        this.#preview = preview;
        this.problem = "";
        this.#render();
        // The focused element is gone: the focus must not return to the top of the page.
        if (hadFocus) this.focus();
    }

    #render() {
        if (!this.#rules) return;
        const choose = h("input", {
            type: "file",
            id: "picture-file",
            class: "unseen",
            accept: (this.#rules.types ?? readable).join(","),
            "aria-describedby": "picture-problem",
            onchange: ({ target }) => this.#take(target.files[0]),
        });
        const label = h("span", { class: "label" }, t("picture.title"), this.#rules.required ? null : h("small", {}, t("picture.optional")));
        const well = this.#preview
            ? h("div", { class: "well has-picture" }, this.#preview, this.#buttons(choose))
            : h("label", { class: "well", for: "picture-file" }, choose, icon("picture"), h("span", {}, t("picture.prompt")));
        this.#element.replaceChildren(label, well, this.#problem);
        this.#showReading();
    }

    #showReading() {
        const well = this.#element.querySelector(".well");
        if (well) well.ariaBusy = this.#reading !== null;
    }

    #buttons(choose) {
        const remove = h("button", { type: "button", class: "on-picture", title: t("picture.remove"), "aria-label": t("picture.remove"), onclick: () => this.clear() }, icon("close"));
        const replace = h("label", { class: "on-picture", for: "picture-file", title: t("picture.replace") }, choose, icon("picture"), h("span", { class: "unseen" }, t("picture.replace")));
        return h("div", { class: "picture-buttons" }, replace, remove);
    }
}

const hasFiles = ({ dataTransfer }) => dataTransfer.types.includes("Files");

/** Whether text is pasted into a field. Office programs put a picture of it beside it. */
const isText = ({ target, clipboardData }) => target.closest?.("input, textarea") && clipboardData?.types.includes("text/plain");

/** The picture on a canvas, so that the Content-Security-Policy need not allow blob URLs. */
function drawn(bitmap, name) {
    const canvas = h("canvas", { width: bitmap.width, height: bitmap.height, role: "img", "aria-label": name });
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
    return canvas;
}
