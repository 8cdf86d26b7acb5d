/**
 * Texts in local storage, by name. A browser may keep nothing or forbid access (then even the name `localStorage`
 * throws): only these texts are lost.
 */
export const storage = {
    read(name) {
        try {
            return localStorage.getItem(name);
        } catch {
            return null;
        }
    },

    write(name, text) {
        try {
            localStorage.setItem(name, text);
        } catch {
            // Full or forbidden.
        }
    },

    remove(name) {
        try {
            localStorage.removeItem(name);
        } catch {
            // There is nothing to remove.
        }
    },
};
