import { setText } from "./dom.js";
import { t } from "./i18n.js";

const storageKey = "maas.key";

/** Asks for an API key where the service has not given the page one, and keeps it in this browser. */
export class KeyDialog {
    #dialog;

    constructor(dialog) {
        this.#dialog = dialog;
        // There is nothing behind it to go back to.
        dialog.addEventListener("cancel", (event) => event.preventDefault());
    }

    get remembered() {
        return localStorage.getItem(storageKey);
    }

    forget() {
        localStorage.removeItem(storageKey);
    }

    /** Asks until `accept(key)` is true. */
    ask(accept) {
        const form = this.#dialog.querySelector("form");
        const input = form.querySelector("input");
        const problem = form.querySelector(".problem");
        problem.hidden = true;
        this.#dialog.showModal();
        return new Promise((resolve) => {
            form.onsubmit = async (event) => {
                event.preventDefault();
                const key = input.value.trim();
                try {
                    if (!(await accept(key))) throw new Error(t("key.wrong"));
                } catch (error) {
                    setText(problem, error.status === 0 ? t("error.network") : t("key.wrong"));
                    problem.hidden = false;
                    input.select();
                    return;
                }
                localStorage.setItem(storageKey, key);
                input.value = "";
                this.#dialog.close();
                resolve(key);
            };
        });
    }
}
