import { APIError } from "../api.js";
import { isOver } from "./task-store.js";

/** As many as one connection to the relay may follow (`progress_relay.subscription_limit`). */
const followLimit = 200;
const pollInterval = 5_000;
/** As many as are asked for, each by itself, while the relay is away. */
const pollLimit = 20;

/** Keeps the store up to date with what happens to the tasks in it that are not over: by the relay, or by asking. */
export class TaskFollower {
    #api;
    #store;
    #relay;
    #followed = new Set();
    #polling = null;

    constructor(api, store, relay) {
        this.#api = api;
        this.#store = store;
        this.#relay = relay;
        store.addEventListener("change", ({ detail: { task, before } }) => task.status !== before?.status && this.#follow());
        store.addEventListener("remove", () => this.#follow());
        relay.addEventListener("link", ({ detail: { state } }) => this.#poll(state === "offline" || state === "connecting"));
    }

    /** The newest ones, where there are more than may be followed. */
    #follow() {
        const wanted = new Set(this.#store.active.slice(0, followLimit).map(({ task_id }) => task_id));
        for (const id of this.#followed) if (!wanted.has(id)) this.#relay.unfollow(id);
        for (const id of wanted) {
            if (this.#followed.has(id)) continue;
            this.#relay.follow(id, {
                change: (change) => this.#store.apply(id, change),
                end: (message) => this.#settle(id, message),
                refused: () => this.#refresh(id),
            });
        }
        this.#followed = wanted;
    }

    /** Fetches the task anew; what cannot be fetched now will be told by an event, or when the page is loaded again. */
    async #refresh(id) {
        try {
            this.#store.put(await this.#api.task(id));
        } catch (error) {
            if (!(error instanceof APIError)) throw error;
            if (error.status === 404) this.#store.remove(id);
        }
    }

    /** A task is over: the service has all that belongs to it, and if it cannot be asked, the final event has most of it. */
    async #settle(id, { data, status }) {
        const task = await this.#api.task(id).catch(() => null);
        if (task && isOver(task)) this.#store.put(task);
        else this.#store.apply(id, { ...data, status });
    }

    /** While the relay cannot be reached the page asks, now and then. */
    #poll(isAway) {
        if (!isAway) {
            clearInterval(this.#polling);
            this.#polling = null;
        } else {
            this.#polling ??= setInterval(() => this.#store.active.slice(0, pollLimit).forEach(({ task_id }) => this.#refresh(task_id)), pollInterval);
        }
    }
}
