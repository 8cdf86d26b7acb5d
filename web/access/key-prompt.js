import { APIError } from "../api.js";
import { setText } from "../dom.js";
import { sayError } from "../faults.js";
import { t } from "../i18n.js";
import { storage } from "../storage.js";

const storageKey = "maas.key";

/** Asks for an API key where the service has not given the page one, and keeps it in this browser. */
export class KeyPrompt {
    #dialog;
    #isAsking = false;
    /** What was remembered when this page last read or wrote it. */
    #known = storage.read(storageKey);

    constructor(dialog) {
        this.#dialog = dialog;
        // There is nothing behind it to go back to. Browsers close it all the same when Escape is pressed again.
        dialog.addEventListener("cancel", (event) => event.preventDefault());
        dialog.addEventListener("close", () => this.#isAsking && dialog.showModal());
    }

    get remembered() {
        return storage.read(storageKey);
    }

    forget() {
        storage.remove(storageKey);
        this.#known = this.remembered;
    }

    /** Calls `work()` when another tab has forgotten the key, or has another one. */
    onChange(work) {
        addEventListener("storage", ({ key }) => key === storageKey && work());
        // A page that the browser has put aside is told of nothing, and shows everything when the user goes back.
        addEventListener("pageshow", ({ persisted }) => persisted && this.remembered !== this.#known && work());
    }

    /** Asks until `accept(key)` does not throw; what it returns then. */
    ask(accept) {
        const form = this.#dialog.querySelector("form");
        const input = form.querySelector("input");
        const problem = form.querySelector(".problem");
        problem.hidden = true;
        this.#isAsking = true;
        this.#dialog.showModal();
        return new Promise((resolve) => {
            form.onsubmit = async (event) => {
                event.preventDefault();
                const key = input.value.trim();
                try {
                    // No request could carry it.
                    if (!/^[\x21-\x7e]+$/.test(key)) throw new APIError(401, "unauthorized");
                    resolve(await accept(key));
                } catch (error) {
                    setText(problem, error.isUnauthorized ? t("key.wrong") : sayError(error));
                    problem.hidden = false;
                    input.select();
                    return;
                }
                storage.write(storageKey, key);
                this.#known = this.remembered;
                input.value = "";
                this.#isAsking = false;
                this.#dialog.close();
            };
        });
    }
}
