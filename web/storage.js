/**
 * Texts that the browser keeps, by name. It may keep nothing or forbid access (then even the name `localStorage` throws):
 * only these texts are lost.
 */
class Texts {
    #open;

    constructor(open) {
        this.#open = open;
    }

    read(name) {
        try {
            return this.#open().getItem(name);
        } catch {
            return null;
        }
    }

    write(name, text) {
        try {
            this.#open().setItem(name, text);
        } catch {
            // Full or forbidden.
        }
    }

    remove(name) {
        try {
            this.#open().removeItem(name);
        } catch {
            // There is nothing to remove.
        }
    }
}

/** For all tabs, until it is removed. */
export const storage = new Texts(() => localStorage);

/** For this tab, until it is closed. */
export const session = new Texts(() => sessionStorage);
