import { h, icon, setText } from "./dom.js";
import { t } from "./i18n.js";

const readable = ["image/jpeg", "image/png", "image/webp"];
/** The preview needs no more pixels than a dense screen shows of it. */
const previewWidth = 960;

/** Picks a picture by drop, click or paste, and shows it. */
export class PicturePicker {
    file = null;
    #element;
    #input = null;
    #rules = null;
    #problem = h("p", { class: "problem", role: "alert", hidden: true });
    #bitmap = null;

    constructor(element) {
        this.#element = element;
        document.addEventListener("paste", (event) => this.#take(event.clipboardData?.files[0], event));
        // A picture that misses its place must not replace the page.
        for (const type of ["dragover", "drop"]) document.addEventListener(type, (event) => event.preventDefault());
        for (const type of ["dragenter", "dragover"]) element.addEventListener(type, () => element.classList.add("is-target"));
        for (const type of ["dragleave", "drop"]) element.addEventListener(type, () => element.classList.remove("is-target"));
        element.addEventListener("drop", (event) => this.#take(event.dataTransfer.files[0], event));
    }

    /** `{ required, types, most }` of the template, or null when it takes no picture. */
    accept(rules) {
        this.#rules = rules;
        this.#element.hidden = rules === null;
        if (rules === null) this.#set(null, null);
        else this.#render();
    }

    check() {
        if (!this.#rules?.required || this.file) return true;
        this.problem = t("picture.missing");
        return false;
    }

    set problem(text) {
        setText(this.#problem, text);
        this.#problem.hidden = text === "";
    }

    async #take(file, event) {
        if (!file || !this.#rules) return;
        event?.preventDefault();
        if (this.#rules.most && file.size > this.#rules.most) {
            this.problem = t("picture.tooLarge", Math.floor(this.#rules.most / 1e6));
            return;
        }
        try {
            const bitmap = await createImageBitmap(file, { resizeWidth: previewWidth, resizeQuality: "high" });
            this.#set(file, bitmap);
        } catch {
            this.problem = t("picture.notImage");
        }
    }

    #set(file, bitmap) {
        this.#bitmap?.close();
        this.file = file;
        this.#bitmap = bitmap;
        this.problem = "";
        this.#render();
    }

    #render() {
        if (!this.#rules) return;
        const choose = h("input", {
            type: "file",
            id: "picture-file",
            class: "unseen",
            accept: (this.#rules.types ?? readable).join(","),
            onchange: ({ target }) => this.#take(target.files[0]),
        });
        const label = h("span", { class: "label" }, t("picture.title"), this.#rules.required ? null : h("small", {}, t("picture.optional")));
        const well = this.#bitmap
            ? h("div", { class: "well has-picture" }, this.#preview(), this.#buttons(choose))
            : h("label", { class: "well", for: "picture-file" }, choose, icon("picture"), h("span", {}, t("picture.prompt")));
        this.#element.replaceChildren(label, well, this.#problem);
    }

    /** Drawn on a canvas, so that the page's policy need not allow addresses made up by scripts. */
    #preview() {
        const canvas = h("canvas", { width: this.#bitmap.width, height: this.#bitmap.height, role: "img", "aria-label": this.file.name });
        canvas.getContext("2d").drawImage(this.#bitmap, 0, 0);
        return canvas;
    }

    #buttons(choose) {
        const remove = h("button", { type: "button", class: "on-picture", title: t("picture.remove"), "aria-label": t("picture.remove"), onclick: () => this.#set(null, null) }, icon("close"));
        const replace = h("label", { class: "on-picture", for: "picture-file", title: t("picture.replace") }, choose, icon("picture"), h("span", { class: "unseen" }, t("picture.replace")));
        return h("div", { class: "picture-buttons" }, replace, remove);
    }
}
