/** What the service said no to: `status`, a `message` for people, and by field what is wrong. */
export class APIError extends Error {
    constructor(status, message, fields = []) {
        super(message);
        this.status = status;
        this.fields = fields;
    }

    get isUnauthorized() {
        return this.status === 401;
    }
}

/** The REST interface. A network failure is an `APIError` of status 0. */
export class API {
    #key = null;

    /** The configuration of the page; has the key in local mode. */
    async page() {
        return this.#send("GET", "page.json");
    }

    useKey(key) {
        this.#key = key;
    }

    async templates() {
        return (await this.#send("GET", "v1/templates")).data;
    }

    /** A page of tasks, newest first: `{ data, has_more, last_id }`. */
    async tasks({ limit = 24, after } = {}) {
        const query = new URLSearchParams({ limit });
        if (after) query.set("after", after);
        return this.#send("GET", `v1/tasks?${query}`);
    }

    async task(id) {
        return this.#send("GET", `v1/tasks/${id}`);
    }

    /**
     * Creates a task. The same `idempotencyKey` again makes no second one, so a submission whose answer was lost can
     * be repeated safely.
     */
    async create(task, picture, idempotencyKey) {
        const headers = { "Idempotency-Key": idempotencyKey };
        if (!picture) return this.#send("POST", "v1/tasks", { body: JSON.stringify(task), headers: { ...headers, "Content-Type": "application/json" } });
        const form = new FormData();
        form.set("task", JSON.stringify(task));
        form.set("image", picture, picture.name);
        return this.#send("POST", "v1/tasks", { body: form, headers });
    }

    async cancel(id) {
        return this.#send("POST", `v1/tasks/${id}/cancel`);
    }

    /** A short-lived ticket for the relay: `{ ticket, url, expires_at }`. */
    async ticket() {
        return this.#send("POST", "v1/events/tickets");
    }

    /** A presigned address of the video: an element that plays cannot send a key. */
    async videoAddress(id) {
        return (await this.#send("GET", `v1/tasks/${id}/content`)).url;
    }

    /** A presigned address of the picture that was sent with the task. */
    async pictureAddress(id) {
        return (await this.#send("GET", `v1/tasks/${id}/image`)).url;
    }

    /** A presigned address of the newest picture of a video in the making. */
    async previewAddress(id) {
        return (await this.#send("GET", `v1/tasks/${id}/preview`)).url;
    }

    async #send(method, path, { body, headers = {} } = {}) {
        let response;
        try {
            response = await fetch(path, {
                method,
                body,
                headers: {
                    "Accept": "application/json",
                    ...(this.#key ? { "Authorization": `Bearer ${this.#key}` } : {}),
                    ...headers,
                },
                credentials: "omit",
                cache: "no-store",
            });
        } catch (error) {
            throw new APIError(0, error.message);
        }
        const answer = await response.json().catch(() => null);
        if (response.ok) return answer;
        throw new APIError(
            response.status,
            answer?.detail ?? answer?.error?.message ?? answer?.message ?? response.statusText,
            answer?.errors ?? [],
        );
    }
}
