const terminal = new Set(["COMPLETED", "FAILED", "CANCELLED"]);

/** True when nothing more will happen to the task. */
export const isOver = (task) => terminal.has(task.status);

/** What the task is called on the page. */
export const promptOf = (task) => task.parameters?.prompt ?? task.task_id;

/**
 * The tasks the page knows, from the REST interface and from live events. Dispatches `change` with `{ task, before }`
 * in `detail`, and `remove` with `{ task }`.
 */
export class TaskStore extends EventTarget {
    #tasks = new Map();

    /** Newest first: ids sort by the time they were made. */
    get all() {
        return [...this.#tasks.values()].sort((a, b) => (a.task_id < b.task_id ? 1 : -1));
    }

    get active() {
        return this.all.filter((task) => !isOver(task));
    }

    get(id) {
        return this.#tasks.get(id);
    }

    /** The whole task, as the service has it. */
    put(task) {
        const known = this.#tasks.get(task.task_id);
        // An answer that was on its way while the task ended must not bring it back.
        if (known && isOver(known) && !isOver(task)) return;
        this.#set(known, { ...known, ...task });
    }

    /** What an event says has changed. */
    apply(id, change) {
        const known = this.#tasks.get(id);
        if (!known || isOver(known)) return;
        if (change.attempt !== undefined && known.attempt !== undefined && change.attempt < known.attempt) return;
        const next = { ...known, ...change };
        // A new attempt begins from nothing; what it says itself is already in `change`.
        if (change.attempt > known.attempt) Object.assign(next, { stage: null, step: null, total: null, percent: 0, eta_s: null }, change);
        this.#set(known, next);
    }

    remove(id) {
        const task = this.#tasks.get(id);
        if (!this.#tasks.delete(id)) return;
        this.dispatchEvent(new CustomEvent("remove", { detail: { task } }));
    }

    /** Nothing is known any more: somebody else has signed in. */
    clear() {
        for (const id of [...this.#tasks.keys()]) this.remove(id);
    }

    #set(before, task) {
        // When the estimate was made, so that it can be counted down between events.
        if (task.eta_s !== before?.eta_s || task.status !== before?.status) task.etaAt = Date.now();
        this.#tasks.set(task.task_id, task);
        this.dispatchEvent(new CustomEvent("change", { detail: { task, before } }));
    }
}
