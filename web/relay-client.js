const protocol = "progress.v1";
const longestSilence = 40_000;
const stableAfter = 10_000;
const subscriptionLimit = 200;

/** Close codes after which coming back at once would be answered the same way. */
const refused = new Set([4400]);

/**
 * Live events of tasks over one WebSocket, kept up by reconnecting with full-jitter back-off.
 *
 * Nothing is lost in between: after a break every subscription says which event it saw last, and the relay replays what
 * followed or sends the state as it is now. What was seen already is dropped by its sequence number.
 */
export class Live {
    #handlers;
    #socket = null;
    #epoch = null;
    #wanted = new Map(); // task id → sequence number of the newest event seen, or null
    #subscribed = new Set();
    #retry = [500, 20_000];
    #failures = 0;
    #timers = {};

    /**
     * `ticket()` fetches a ticket; `onEvent(task, data)` has what changed; `onReset(task)` means: fetch the task anew;
     * `onEnd(task, data)` is a task's last word; `onLink(state)` is "connecting", "live" or "offline".
     */
    constructor(handlers) {
        this.#handlers = handlers;
        addEventListener("online", () => this.#hurry());
        document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
    }

    /** Says which tasks to follow from now on; the newest first where there are more than the relay allows. */
    watch(tasks) {
        const wanted = tasks.slice(0, subscriptionLimit);
        for (const task of this.#wanted.keys()) if (!wanted.includes(task)) this.#forget(task);
        for (const task of wanted) if (!this.#wanted.has(task)) this.#wanted.set(task, null);
        if (this.#isOpen) this.#subscribe();
        else if (this.#wanted.size > 0 && !this.#socket && !this.#timers.reconnect) this.#connect();
    }

    get #isOpen() {
        return this.#socket?.readyState === WebSocket.OPEN;
    }

    async #connect() {
        clearTimeout(this.#timers.reconnect);
        this.#timers.reconnect = null;
        this.#handlers.onLink("connecting");
        // Stands for the attempt while the ticket is on its way, so that a second one does not begin.
        const attempt = (this.#socket = {});
        let ticket;
        try {
            ticket = await this.#handlers.ticket();
        } catch {
            if (this.#socket === attempt) this.#lost();
            return;
        }
        if (this.#socket !== attempt) return;
        const socket = new WebSocket(ticket.url, [protocol, `ticket.${ticket.ticket}`]);
        this.#socket = socket;
        socket.onopen = () => {
            this.#subscribed.clear();
            this.#heard();
            this.#timers.stable = setTimeout(() => (this.#failures = 0), stableAfter);
            this.#handlers.onLink("live");
            this.#subscribe();
        };
        socket.onmessage = ({ data }) => {
            this.#heard();
            const messages = JSON.parse(data);
            for (const message of Array.isArray(messages) ? messages : [messages]) this.#receive(message);
        };
        socket.onclose = ({ code, reason }) => {
            if (this.#socket === socket) this.#lost(code, reason);
        };
    }

    /** The connection is gone: comes back after a random part of a growing delay, or when the relay said to. */
    #lost(code, reason) {
        this.#socket = null;
        for (const timer of ["silence", "stable"]) clearTimeout(this.#timers[timer]);
        if (this.#wanted.size === 0) return this.#handlers.onLink("live");
        this.#handlers.onLink("offline");
        const [first, longest] = this.#retry;
        const ceiling = refused.has(code) ? longest : Math.min(longest, first * 2 ** this.#failures);
        const told = code === 4001 ? Number(/\d+/.exec(reason)?.[0]) : NaN;
        this.#failures += 1;
        this.#timers.reconnect = setTimeout(() => this.#connect(), Number.isFinite(told) ? told : Math.random() * ceiling);
    }

    /** The network is back, or somebody looks again: no reason to wait out the delay. */
    #hurry() {
        if (this.#timers.reconnect) this.#connect();
    }

    /** Something arrived. A connection that is silent for too long is dead, whatever TCP believes. */
    #heard() {
        clearTimeout(this.#timers.silence);
        this.#timers.silence = setTimeout(() => {
            const socket = this.#socket;
            this.#lost();
            socket?.close?.();
        }, longestSilence);
    }

    #subscribe() {
        for (const [task, seq] of this.#wanted) {
            if (this.#subscribed.has(task)) continue;
            this.#subscribed.add(task);
            const from = seq !== null && this.#epoch !== null ? { epoch: this.#epoch, seq } : undefined;
            this.#send({ op: "subscribe", task, from });
        }
    }

    #forget(task) {
        this.#wanted.delete(task);
        if (this.#subscribed.delete(task) && this.#isOpen) this.#send({ op: "unsubscribe", task });
    }

    #send(message) {
        if (this.#isOpen) this.#socket.send(JSON.stringify(message));
    }

    #receive(message) {
        switch (message.t) {
            case "hello":
                // Another epoch counts from the beginning again: the old numbers mean nothing there.
                if (this.#epoch !== null && this.#epoch !== message.epoch) {
                    for (const task of this.#wanted.keys()) this.#wanted.set(task, null);
                }
                this.#epoch = message.epoch;
                this.#retry = message.retry ?? this.#retry;
                break;
            case "ping":
                this.#send({ op: "pong" });
                break;
            case "sub":
                if (!this.#wanted.has(message.task)) break;
                // The state as it is now comes in this message, or as the event after it with the same number.
                if (message.mode !== "resumed") this.#wanted.set(message.task, message.data ? message.seq : null);
                if (message.data) this.#handlers.onEvent(message.task, message.data);
                break;
            case "ev":
                if (this.#isNew(message)) this.#handlers.onEvent(message.task, message.data);
                break;
            case "end":
                if (!this.#wanted.has(message.task)) break;
                this.#handlers.onEnd(message.task, message);
                break;
            case "reset":
                if (!this.#wanted.has(message.task)) break;
                this.#wanted.set(message.task, null);
                this.#handlers.onReset(message.task);
                break;
            case "err":
                if (message.task) this.#handlers.onReset(message.task);
                break;
        }
    }

    #isNew({ task, seq }) {
        if (!this.#wanted.has(task)) return false;
        const last = this.#wanted.get(task);
        if (last !== null && seq <= last) return false;
        this.#wanted.set(task, seq);
        return true;
    }
}
