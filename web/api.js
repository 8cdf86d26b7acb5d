/** An error response: `status`, a stable `code`, a `message`, and the invalid `fields`. That of a proxy has only a status. */
export class APIError extends Error {
    constructor(status, code, message, fields = []) {
        super(message);
        this.status = status;
        this.code = code;
        this.fields = fields;
    }

    get isUnauthorized() {
        return this.status === 401;
    }

    /** Whether the service says that there is no such thing. A 404 without its code is that of a proxy, which does not know. */
    get isGone() {
        return this.code === "not_found";
    }

    /** Whether the same request may succeed later. */
    get mayPass() {
        return this.status === 0 || this.status === 429 || this.status >= 500;
    }
}

/** How many milliseconds to wait for an answer that something else waits for. */
const patience = 30_000;

/** The REST interface. A network failure is an `APIError` of status 0. */
export class API {
    #key = null;

    useKey(key) {
        this.#key = key;
    }

    /** The configuration of the page, with the key in local mode. */
    page() {
        return this.#send("GET", "page.json");
    }

    /** The caller, with their limits and usage. */
    me() {
        return this.#send("GET", "v1/me");
    }

    async templates() {
        return (await this.#send("GET", "v1/templates")).data;
    }

    // Tasks

    /** A page of tasks, newest first: `{ data, has_more, last_id }`. `filter` has `status`, `template` and `q`. */
    tasks({ limit = 24, after, ...filter } = {}) {
        const query = new URLSearchParams({ limit });
        for (const [name, value] of Object.entries({ after, ...filter })) if (value) query.set(name, value);
        return this.#send("GET", `v1/tasks?${query}`);
    }

    task(id) {
        return this.#send("GET", `v1/tasks/${id}`, { signal: AbortSignal.timeout(patience) });
    }

    /**
     * Creates a task. The same `idempotencyKey` again makes no second one, so a submission whose answer was lost can
     * be repeated safely.
     */
    create(task, picture, idempotencyKey) {
        const headers = { "Idempotency-Key": idempotencyKey };
        if (!picture) return this.#send("POST", "v1/tasks", { json: task, headers });
        const form = new FormData();
        form.set("task", JSON.stringify(task));
        form.set("image", picture, picture.name);
        return this.#send("POST", "v1/tasks", { body: form, headers });
    }

    cancel(id) {
        return this.#send("POST", `v1/tasks/${id}/cancel`);
    }

    /** Cancels all tasks that match the filter: `{ cancelled, cancelling }`. */
    cancelAll(filter) {
        return this.#send("POST", `v1/tasks/cancel?${new URLSearchParams(filter)}`);
    }

    /** Deletes a task that is over, and its files. */
    remove(id) {
        return this.#delete(`v1/tasks/${id}`);
    }

    // Files: presigned URLs, because media elements cannot send a key.

    /** `variant` is video, thumbnail or spritesheet; with `saved`, the browser saves the file under a name. */
    async contentAddress(id, { variant = "video", saved = false } = {}) {
        const query = new URLSearchParams({ variant, ...(saved ? { download: "" } : {}) });
        return (await this.#send("GET", `v1/tasks/${id}/content?${query}`)).url;
    }

    /** The picture that was sent with the task. */
    async pictureAddress(id) {
        return (await this.#send("GET", `v1/tasks/${id}/image`)).url;
    }

    /** The newest preview of a video being generated. */
    async previewAddress(id) {
        return (await this.#send("GET", `v1/tasks/${id}/preview`)).url;
    }

    /** The generator's output, piece by piece, until the task is over or the signal aborts. */
    async *output(id, signal) {
        const response = await this.#fetch("GET", `v1/tasks/${id}/logs?follow=true`, { headers: { "Accept": "text/plain" }, signal });
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        for (;;) {
            const { done, value } = await reader.read().catch(brokenOff);
            if (done) return;
            yield value;
        }
    }

    // Events

    /** A short-lived ticket for the relay: `{ ticket, url, expires_at }`. */
    ticket() {
        return this.#send("POST", "v1/events/tickets");
    }

    // Keys

    async keys() {
        return (await this.#send("GET", "v1/keys")).data;
    }

    /** Takes `{ name, scopes, expires_at }`; only this response contains the `key` itself. */
    createKey(key) {
        return this.#send("POST", "v1/keys", { json: key, signal: AbortSignal.timeout(patience) });
    }

    revokeKey(id) {
        return this.#delete(`v1/keys/${id}`);
    }

    // Administration, with the scope admin

    /** `{ gpus, classes, users, running }`. */
    queue() {
        return this.#send("GET", "v1/admin/queue", { signal: AbortSignal.timeout(patience) });
    }

    async pauses() {
        return (await this.#send("GET", "v1/admin/pauses", { signal: AbortSignal.timeout(patience) })).data;
    }

    /** `{ scope, target, reason }`; no target where the scope is all. */
    pause(pause) {
        return this.#send("POST", "v1/admin/pauses", { json: pause });
    }

    resume({ scope, target }) {
        return this.#delete(`v1/admin/pauses/${scope === "all" ? "all" : `${scope}/${encodeURIComponent(target)}`}`);
    }

    /** What is gone already, because another page was quicker, is deleted. */
    async #delete(path) {
        try {
            await this.#send("DELETE", path);
        } catch (error) {
            if (!error.isGone) throw error;
        }
    }

    async #send(method, path, options) {
        const response = await this.#fetch(method, path, options);
        const text = await response.text().catch(brokenOff);
        try {
            return text === "" ? null : JSON.parse(text);
        } catch (error) {
            brokenOff(error);
        }
    }

    /** The response, its body not yet read; throws unless it is a success. */
    async #fetch(method, path, { json, body, headers = {}, signal } = {}) {
        let response;
        try {
            response = await fetch(path, {
                method,
                body: json ? JSON.stringify(json) : body,
                signal,
                headers: {
                    "Accept": "application/json",
                    ...(json ? { "Content-Type": "application/json" } : {}),
                    ...(this.#key ? { "Authorization": `Bearer ${this.#key}` } : {}),
                    ...headers,
                },
                credentials: "omit",
                cache: "no-store",
            });
        } catch (error) {
            brokenOff(error);
        }
        if (response.ok) return response;
        const answer = await response.json().catch(() => null);
        throw new APIError(response.status, answer?.code, answer?.detail, answer?.errors);
    }
}

/** The service was not reached, or its response did not arrive whole: nobody knows what it did. */
function brokenOff(error) {
    throw new APIError(0, "network", error.message);
}
