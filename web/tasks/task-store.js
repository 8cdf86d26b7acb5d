const terminal = new Set(["COMPLETED", "FAILED", "CANCELLED"]);

/** The members that events tell, too. */
const live = new Set(["status", "stage", "step", "total", "percent", "eta_s", "position", "reason", "message", "attempt", "error", "last_error", "result", "preview"]);

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
    /** For each task, when the newest of what is known was true: the arrival of an event, the request of an answer. */
    #asOf = new Map();
    /** Ids of deleted tasks. An answer from before must not bring them back. */
    #removed = new Set();

    /** Newest first: ids sort by creation time. */
    get all() {
        return [...this.#tasks.values()].sort((a, b) => (a.task_id < b.task_id ? 1 : -1));
    }

    /** Those that are not over: the running ones first, because they change most and are often the oldest. */
    get active() {
        const open = this.all.filter((task) => !isOver(task));
        const isRunning = ({ status }) => status === "RUNNING";
        return [...open.filter(isRunning), ...open.filter((task) => !isRunning(task))];
    }

    get(id) {
        return this.#tasks.get(id);
    }

    /** Stores a task from the REST API; `asked` is when the request was made (`performance.now()`). */
    put(task, asked = performance.now()) {
        if (this.#removed.has(task.task_id)) return;
        const known = this.#tasks.get(task.task_id);
        // A response from before the task's end must not revive it.
        if (known && isOver(known) && !isOver(task)) return;
        if (known && this.#isOutdated(task, known, asked)) return this.#complete(known, task);
        this.#note(task.task_id, asked);
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
        this.#note(id, performance.now());
        const next = { ...known, ...change };
        // A new attempt starts from nothing; its own values are in `change`.
        if (change.attempt > known.attempt) Object.assign(next, { stage: null, step: null, total: null, percent: 0, eta_s: null, preview: null }, change);
        this.#set(known, next);
    }

    remove(id) {
        this.#removed.add(id);
        const task = this.#tasks.get(id);
        if (!this.#tasks.delete(id)) return;
        this.#asOf.delete(id);
        this.dispatchEvent(new CustomEvent("remove", { detail: { task } }));
    }

    #note(id, moment) {
        this.#asOf.set(id, Math.max(moment, this.#asOf.get(id) ?? 0));
    }

    /** Whether the response may be older than what is known. An end is never too old. */
    #isOutdated(task, known, asked) {
        if (isOver(task) || task.attempt > known.attempt) return false;
        return task.attempt < known.attempt || asked < this.#asOf.get(known.task_id);
    }

    /** An outdated response still tells what no event does: that a cancellation was asked for, say. */
    #complete(known, task) {
        const missing = Object.entries(task).filter(([name, value]) => !live.has(name) && value !== null && (known[name] ?? null) === null);
        if (missing.length > 0) this.#set(known, { ...known, ...Object.fromEntries(missing) });
    }

    #set(before, task) {
        // When the estimate was made, so that it can be counted down between events.
        if (task.eta_s !== before?.eta_s || task.status !== before?.status) task.etaAt = Date.now();
        this.#tasks.set(task.task_id, task);
        this.dispatchEvent(new CustomEvent("change", { detail: { task, before } }));
    }
}
