import { APIError } from "../api.js";
import { isOver } from "./task-store.js";

/** The most tasks followed on one connection (`progress_relay.subscription_limit`). */
const followLimit = 200;
const pollInterval = 5_000;
/** The most tasks polled while the relay is unavailable. */
const pollLimit = 20;
/** After how many milliseconds a refused task is followed again, and the result of a completed one is looked at again. */
const later = 30_000;

/** Keeps the unfinished tasks of the store up to date: by the relay, or by polling. */
export class TaskFollower {
    #api;
    #store;
    #relay;
    #followed = new Set();
    /** The tasks whose answer is on its way. */
    #asked = new Set();
    #polling = null;

    constructor(api, store, relay) {
        this.#api = api;
        this.#store = store;
        this.#relay = relay;
        store.addEventListener("change", ({ detail: { task, before } }) => {
            if (task.status === before?.status) return;
            this.#follow();
            if (hasJustStarted(task, before)) this.#refresh(task.task_id);
        });
        store.addEventListener("remove", () => this.#follow());
        relay.addEventListener("link", ({ detail: { state } }) => this.#poll(state === "offline" || state === "connecting"));
    }

    /** Follows the running and the newest ones if there are too many. */
    #follow() {
        const wanted = new Set(this.#store.active.slice(0, followLimit).map(({ task_id }) => task_id));
        for (const id of this.#followed) if (!wanted.has(id)) this.#relay.unfollow(id);
        for (const id of wanted) {
            if (this.#followed.has(id)) continue;
            this.#relay.follow(id, {
                // The end comes behind it, and a task that is over is no longer followed: what it says would be lost.
                change: (change) => isOver(change) || this.#store.apply(id, change),
                end: (message) => this.#settle(id, message),
                refused: (code) => this.#retry(id, code),
            });
        }
        this.#followed = wanted;
    }

    /** Fetches the task; if that fails now, an event or a reload of the page will bring it up to date. */
    async #refresh(id) {
        if (this.#asked.has(id)) return;
        this.#asked.add(id);
        const asked = performance.now();
        try {
            this.#store.put(await this.#api.task(id), asked);
        } catch (error) {
            if (!(error instanceof APIError)) throw error;
            if (error.isGone) this.#store.remove(id);
        } finally {
            this.#asked.delete(id);
        }
    }

    /** The relay follows too many already, or does not know the task: it is asked again, but not at once, nor for all at once. */
    #retry(id, code) {
        setTimeout(() => {
            this.#followed.delete(id);
            this.#follow();
        }, later * (1 + Math.random()));
        if (code === "not_found") return this.#refresh(id);
    }

    /** After the end of a task, fetches all of it; if that fails, the final event has most of it. */
    async #settle(id, { data, status }) {
        const asked = performance.now();
        const task = await this.#api.task(id).catch(() => null);
        if (task && isOver(task)) this.#store.put(task, asked);
        else this.#store.apply(id, { ...data, status });
        // The generator's own report may come after the end, when the task is no longer followed.
        if (status === "COMPLETED" && !this.#store.get(id)?.result?.sha256) setTimeout(() => this.#store.get(id) && this.#refresh(id), later);
    }

    /** Polls while the relay is unavailable. */
    #poll(isAway) {
        if (!isAway) {
            clearInterval(this.#polling);
            this.#polling = null;
        } else {
            this.#polling ??= setInterval(() => this.#store.active.slice(0, pollLimit).forEach(({ task_id }) => this.#refresh(task_id)), pollInterval);
        }
    }
}

/** Whether an event told that it started: events do not tell when. */
function hasJustStarted(task, before) {
    return before?.status === "QUEUED" && task.status === "RUNNING" && (task.started_at ?? null) === (before.started_at ?? null);
}
