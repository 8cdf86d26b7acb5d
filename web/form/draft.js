import { storage } from "../storage.js";

const textKey = "maas.draft";
const ownerKey = "maas.draft.owner";
const databaseName = "maas";
const storeName = "draft";
const pictureKey = "picture";

/**
 * The content of the form, kept in this browser so that a reload loses nothing: the text in local storage, which is
 * written at once, and the picture in IndexedDB, which stores files.
 *
 * Where neither is kept (in a private window, say), only the draft is lost.
 */
export class Draft {
    /** `{ template, values, priority, origin }`, or null. */
    get text() {
        try {
            return JSON.parse(storage.read(textKey));
        } catch {
            return null;
        }
    }

    set text(text) {
        storage.write(textKey, JSON.stringify(text));
    }

    /** The picture: `{ file }`, or `{ task_id }` of the task it came with before; null when there is none. */
    async picture() {
        return (await this.#use("readonly", (store) => store.get(pictureKey))) ?? null;
    }

    async keepPicture(picture) {
        await this.#use("readwrite", (store) => (picture ? store.put(picture, pictureKey) : store.delete(pictureKey)));
    }

    /** Makes it this user's: deletes what another one has left. */
    async claim(user) {
        if (storage.read(ownerKey) === user) return;
        await this.forget();
        storage.write(ownerKey, user);
    }

    async forget() {
        storage.remove(textKey);
        storage.remove(ownerKey);
        await this.keepPicture(null);
    }

    async #use(mode, work) {
        try {
            const database = await done(indexedDB.open(databaseName, 1), (request) =>
                request.addEventListener("upgradeneeded", () => request.result.createObjectStore(storeName)),
            );
            try {
                return await done(work(database.transaction(storeName, mode).objectStore(storeName)));
            } finally {
                database.close();
            }
        } catch {
            return null;
        }
    }
}

/** The result of a request to the database. */
function done(request, prepare = () => {}) {
    prepare(request);
    return new Promise((resolve, reject) => {
        request.addEventListener("success", () => resolve(request.result));
        request.addEventListener("error", () => reject(request.error));
    });
}
