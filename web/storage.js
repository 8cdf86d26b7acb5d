/**
 * What is kept in this browser, a text under each name. A browser that keeps nothing, or lets nobody ask, loses that and
 * nothing else: all it takes is a setting, and then the very name `localStorage` throws.
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
