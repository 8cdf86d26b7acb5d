import { h } from "../dom.js";
import { PendingSubmission } from "./pending-submission.js";

/** With these answers, no repetition under the same idempotency key would ever succeed. */
const spent = new Set(["idempotency_key_reused", "task_deleted"]);
/** For as many milliseconds after a submission, the same once more is a second click. */
const doubleClick = 1_000;

/** The actions on tasks. Each throws an `APIError` if the service refuses. */
export class TaskActions {
    /** Provided by the page: shows a task's details, fills the form from it, shows an error and offers what to do again. */
    details;
    reuse;
    complain;
    #api;
    #store;
    #pending = new PendingSubmission();
    /** The last submission that was accepted, and when (`performance.now()`). */
    #accepted = { body: null, at: 0 };

    constructor(api, store, { details, reuse, complain }) {
        this.#api = api;
        this.#store = store;
        Object.assign(this, { details, reuse, complain });
    }

    /**
     * Sends a task, and returns the one that is made; null for a second click, which makes none. Repeating a submission
     * uses the same key, so that only one task is created.
     */
    async submit(task, picture) {
        const body = JSON.stringify([task, picture?.name, picture?.size, picture?.lastModified]);
        const asked = performance.now();
        if (this.#accepted.body === body && asked - this.#accepted.at < doubleClick) return null;
        let created;
        try {
            created = await this.#api.create(task, picture, this.#pending.keyFor(body));
        } catch (error) {
            if (spent.has(error.code)) this.#pending.settle();
            throw error;
        }
        this.#pending.settle();
        this.#accepted = { body, at: performance.now() };
        const { image, ...parts } = task;
        this.#store.put({ ...parts, has_image: Boolean(picture ?? image), attempt: 0, ...created }, asked);
        return this.#store.get(created.task_id);
    }

    /** Returns a task that may not have been loaded yet. */
    async find(task_id) {
        const asked = performance.now();
        if (!this.#store.get(task_id)) this.#store.put(await this.#about(task_id, this.#api.task(task_id)), asked);
        return this.#store.get(task_id);
    }

    async cancel({ task_id }) {
        const asked = performance.now();
        this.#store.put(await this.#about(task_id, this.#api.cancel(task_id)), asked);
    }

    async remove({ task_id }) {
        await this.#api.remove(task_id);
        this.#store.remove(task_id);
    }

    /** Saves a file of a task. Its URL is fetched only now because it expires. */
    async save({ task_id }, variant = "video") {
        const href = await this.#about(task_id, this.#api.contentAddress(task_id, { variant, saved: true }));
        // Should the object store answer with an error, it does so beside the page.
        h("a", { href, download: "", target: "_blank", rel: "noopener" }).click();
    }

    output = ({ task_id }, signal) => this.#api.output(task_id, signal);
    videoAddress = ({ task_id }) => this.#about(task_id, this.#api.contentAddress(task_id));
    pictureAddress = ({ task_id }) => this.#about(task_id, this.#api.pictureAddress(task_id));
    previewAddress = ({ task_id }) => this.#about(task_id, this.#api.previewAddress(task_id));

    /** The answer about a task. One that was deleted elsewhere leaves the list. */
    async #about(task_id, answer) {
        try {
            return await answer;
        } catch (error) {
            if (error.isGone) this.#store.remove(task_id);
            throw error;
        }
    }
}
