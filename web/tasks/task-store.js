const terminal = new Set(["COMPLETED", "FAILED", "CANCELLED"]);

/** True when nothing more will happen to the task. */
export const isOver = (task) => terminal.has(task.status);

/** The title of a task on the page. */
export const promptOf = (task) => task.parameters?.prompt ?? task.task_id;

/**
 * The tasks the page knows, from the REST interface and from live events. Dispatches `change` with `{ task, before }`
 * in `detail`, and `remove` with `{ task }`.
 */
export class TaskStore extends EventTarget {
    #tasks = new Map();

    /** Newest first: ids sort by creation time. */
    get all() {
        return [...this.#tasks.values()].sort((a, b) => (a.task_id < b.task_id ? 1 : -1));
    }

    get active() {
        return this.all.filter((task) => !isOver(task));
    }

    get(id) {
        return this.#tasks.get(id);
    }

    /** Stores a task from the REST API. */
    put(task) {
        const known = this.#tasks.get(task.task_id);
        // A response from before the task's end must not revive it.
        if (known && isOver(known) && !isOver(task)) return;
        const next = { ...known, ...task };
        // REST leaves it out, so that of an earlier attempt would stay.
        if (task.attempt > known?.attempt) next.preview = null;
        this.#set(known, next);
    }

    /** Applies the change in an event. */
    apply(id, change) {
        const known = this.#tasks.get(id);
        if (!known || isOver(known)) return;
        if (change.attempt !== undefined && known.attempt !== undefined && change.attempt < known.attempt) return;
        const next = { ...known, ...change };
        // A new attempt starts from nothing; its own values are in `change`.
        if (change.attempt > known.attempt) Object.assign(next, { stage: null, step: null, total: null, percent: 0, eta_s: null, preview: null }, change);
        this.#set(known, next);
    }

    remove(id) {
        const task = this.#tasks.get(id);
        if (!this.#tasks.delete(id)) return;
        this.dispatchEvent(new CustomEvent("remove", { detail: { task } }));
    }

    #set(before, task) {
        // When the estimate was made, so that it can be counted down between events.
        if (task.eta_s !== before?.eta_s || task.status !== before?.status) task.etaAt = Date.now();
        this.#tasks.set(task.task_id, task);
        this.dispatchEvent(new CustomEvent("change", { detail: { task, before } }));
    }
}
