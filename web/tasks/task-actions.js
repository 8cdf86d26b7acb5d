import { h } from "../dom.js";

/** With these answers, no repetition under the same idempotency key would ever succeed. */
const spent = new Set(["idempotency_key_reused", "task_deleted"]);

/** The actions on tasks. Each throws an `APIError` if the service refuses. */
export class TaskActions {
    /** Provided by the page: shows a task's details, fills the form from it, shows an error. */
    details;
    reuse;
    complain;
    #api;
    #store;
    /** The last submission without a response, and its idempotency key. */
    #pending = { body: null, key: null };

    constructor(api, store, { details, reuse, complain }) {
        this.#api = api;
        this.#store = store;
        Object.assign(this, { details, reuse, complain });
    }

    /** Sends a task; repeating a submission uses the same key, so that only one task is created. */
    async submit(task, picture) {
        const body = JSON.stringify([task, picture?.name, picture?.size, picture?.lastModified]);
        if (this.#pending.body !== body) this.#pending = { body, key: randomKey() };
        const asked = performance.now();
        let created;
        try {
            created = await this.#api.create(task, picture, this.#pending.key);
        } catch (error) {
            if (spent.has(error.code)) this.#pending = { body: null, key: null };
            throw error;
        }
        this.#pending = { body: null, key: null };
        const { image, ...parts } = task;
        this.#store.put({ ...parts, has_image: Boolean(picture ?? image), attempt: 0, ...created }, asked);
    }

    /** Returns a task that may not have been loaded yet. */
    async find(task_id) {
        const asked = performance.now();
        if (!this.#store.get(task_id)) this.#store.put(await this.#api.task(task_id), asked);
        return this.#store.get(task_id);
    }

    async cancel({ task_id }) {
        const asked = performance.now();
        this.#store.put(await this.#api.cancel(task_id), asked);
    }

    async remove({ task_id }) {
        await this.#api.remove(task_id);
        this.#store.remove(task_id);
    }

    /** Saves a file of a task. Its URL is fetched only now because it expires. */
    async save({ task_id }, variant = "video") {
        const href = await this.#api.contentAddress(task_id, { variant, saved: true });
        h("a", { href, download: "", ...(variant === "video" ? {} : { target: "_blank", rel: "noopener" }) }).click();
    }

    output = ({ task_id }, signal) => this.#api.output(task_id, signal);
    videoAddress = ({ task_id }) => this.#api.contentAddress(task_id);
    pictureAddress = ({ task_id }) => this.#api.pictureAddress(task_id);
    previewAddress = ({ task_id }) => this.#api.previewAddress(task_id);
}

function randomKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
