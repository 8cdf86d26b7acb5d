import { h, setText } from "../dom.js";
import { sayError } from "../faults.js";
import { t } from "../i18n.js";

/** Older characters than these are dropped. */
const longest = 200_000;

/** The generator's output, followed while it is open. */
export class TaskOutput {
    element;
    #text;
    #problem = h("p", { class: "problem", role: "alert", hidden: true });
    #read;
    #stop = new AbortController();

    /** `read(signal)` yields the text, piece by piece. */
    constructor(read) {
        this.#read = read;
        // Programs write English; focusable, so that the keyboard can scroll it.
        this.#text = h("pre", { class: "said", lang: "en", tabindex: 0, role: "region", "aria-label": t("details.output") });
        const follow = () => (this.element.open ? this.#follow() : this.close());
        this.element = h("details", { class: "output", ontoggle: follow }, h("summary", {}, t("details.output")), this.#text, this.#problem);
    }

    close() {
        this.#stop.abort();
    }

    async #follow() {
        this.#stop = new AbortController();
        const { signal } = this.#stop;
        setText(this.#text, "");
        this.#problem.hidden = true;
        try {
            for await (const piece of this.#read(signal)) this.#add(piece);
            if (this.#text.textContent === "") setText(this.#text, t("details.noOutput"));
        } catch (error) {
            if (!signal.aborted) this.#complain(error);
        }
    }

    /** What was read so far stays. */
    #complain(error) {
        setText(this.#problem, sayError(error));
        this.#problem.hidden = false;
    }

    /** Keeps the end in sight unless the user has scrolled up. */
    #add(piece) {
        const { scrollTop, scrollHeight, clientHeight } = this.#text;
        const isAtEnd = scrollTop + clientHeight >= scrollHeight - 4;
        this.#text.textContent = (this.#text.textContent + piece).slice(-longest);
        if (isAtEnd) this.#text.scrollTop = this.#text.scrollHeight;
    }
}
