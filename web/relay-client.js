const protocol = "progress.v1";
const pingMargin = 15_000; // How much later than announced a ping may come.
const stableAfter = 10_000;

/** Close codes after which a reconnect would be refused, too. */
const final = new Set([4400, 4401]);

/** The meaning of each close code. The client reconnects after all but `bad_request` and `revoked`. */
export const closeCodes = {
    1001: "going_away",
    1006: "lost",
    1012: "restarting",
    1013: "overloaded",
    4001: "aged",
    4008: "slow",
    4010: "resync",
    4013: "rate_limited",
    4400: "bad_request",
    4401: "revoked",
    4408: "idle",
};

/**
 * Follows tasks over one WebSocket to the relay, and keeps it up by reconnecting with full-jitter back-off.
 *
 *     const relay = new RelayClient({ ticket: () => post("/v1/events/tickets") });
 *     relay.follow(task, { change: (data) => show(data), end: ({ status, result }) => done(status, result) });
 *     relay.addEventListener("link", ({ detail }) => show(detail.state));
 *
 * Nothing is lost: after a reconnect each subscription names the last event seen, and the relay sends those after it, or
 * the current state. Repeated events are dropped by their sequence number. The protocol is in docs/realtime.md. The
 * client needs no page, only `WebSocket`.
 *
 * The event `link` has in its `detail` the `state`: "idle", "connecting", "live", "offline" or "refused"; if offline or
 * refused, the close `code` and what it `means`; and if offline, `back`, the milliseconds until it reconnects. After
 * "refused" it reconnects for the next task to follow.
 */
export class RelayClient extends EventTarget {
    #ticket;
    #socket = null;
    #epoch = null;
    #followed = new Map(); // task → { handlers, seq of the newest event seen or null, whether the relay was told }
    #retry = [500, 20_000];
    #longestSilence = 25_000 + pingMargin; // Until the relay has said how often it pings.
    #failures = 0;
    #timers = {};
    #state = "idle";

    /**
     * `ticket()` fetches a ticket, `{ ticket, url }`, for each connection anew. If it throws an error whose `status` is
     * 401, the key is no longer accepted, and the client does as after the close code 4401.
     */
    constructor({ ticket }) {
        super();
        this.#ticket = ticket;
        globalThis.addEventListener?.("online", () => this.hurry());
        globalThis.document?.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    }

    /**
     * Follows a task. `change(data)` gets the members that changed, at first all of them; `end(message)` the final event,
     * which ends the subscription; `refused(code)` the reason for which the relay refuses it: `not_found` or
     * `too_many_subscriptions`.
     */
    follow(task, handlers) {
        const known = this.#followed.get(task);
        if (known) {
            known.handlers = handlers;
            return;
        }
        this.#followed.set(task, { handlers, seq: null, isTold: false });
        if (this.#isOpen) this.#subscribe();
        else if (!this.#socket && !this.#timers.reconnect) this.#connect();
    }

    unfollow(task) {
        if (this.#followed.get(task)?.isTold) this.#send({ op: "unsubscribe", task });
        this.#followed.delete(task);
    }

    /** Reconnects at once: the network is back, or the page is visible again. */
    hurry() {
        if (this.#timers.reconnect) this.#connect();
    }

    /** Connects again after the relay or the service refused, because there is another key now, say. */
    resume() {
        if (!this.#socket && !this.#timers.reconnect && this.#followed.size > 0) this.#connect();
    }

    close() {
        for (const timer of Object.keys(this.#timers)) this.#stop(timer);
        this.#followed.clear();
        const socket = this.#socket;
        this.#socket = null;
        socket?.close?.();
        this.#say({ state: "idle" });
    }

    /** The `state` of the last `link`. */
    get state() {
        return this.#state;
    }

    get #isOpen() {
        return this.#socket?.readyState === 1;
    }

    #say(detail) {
        this.#state = detail.state;
        this.dispatchEvent(new CustomEvent("link", { detail }));
    }

    #start(timer, milliseconds, work) {
        this.#stop(timer);
        this.#timers[timer] = setTimeout(work, milliseconds);
    }

    #stop(timer) {
        clearTimeout(this.#timers[timer]);
        this.#timers[timer] = null;
    }

    async #connect() {
        this.#stop("reconnect");
        this.#say({ state: "connecting" });
        // Stands for the attempt while the ticket is on its way, so that a second one does not begin.
        const attempt = (this.#socket = {});
        this.#heard(); // Neither the ticket nor the connection may take longer than a silence.
        let socket;
        try {
            const { url, ticket } = await this.#ticket();
            if (this.#socket !== attempt) return;
            socket = new WebSocket(url, [protocol, `ticket.${ticket}`]);
        } catch (error) {
            if (this.#socket === attempt) this.#lost(error?.status === 401 ? 4401 : 1006);
            return;
        }
        this.#socket = socket;
        socket.onopen = () => {
            for (const followed of this.#followed.values()) followed.isTold = false;
            this.#heard();
            this.#start("stable", stableAfter, () => (this.#failures = 0));
            this.#say({ state: "live" });
            this.#subscribe();
        };
        socket.onmessage = ({ data }) => {
            if (this.#socket !== socket) return;
            this.#heard();
            for (const message of [JSON.parse(data)].flat()) {
                try {
                    this.#receive(message);
                } catch (error) {
                    // A handler's: what else the frame brings is not lost by it.
                    (globalThis.reportError ?? console.error)(error);
                }
            }
        };
        socket.onclose = ({ code, reason }) => {
            if (this.#socket === socket) this.#lost(code, reason);
        };
    }

    /** Reconnects after a random part of a growing delay, or after the delay that the relay named. */
    #lost(code, reason) {
        this.#socket = null;
        this.#stop("silence");
        this.#stop("stable");
        if (this.#followed.size === 0) return this.#say({ state: "idle" });
        const means = closeCodes[code] ?? "lost";
        if (final.has(code)) return this.#say({ state: "refused", code, means });
        const [first, longest] = this.#retry;
        const told = /^retry (\d+)$/.exec(reason)?.[1];
        const back = told ? Number(told) : Math.random() * Math.min(longest, first * 2 ** this.#failures);
        this.#failures += 1;
        this.#start("reconnect", back, () => this.#connect());
        this.#say({ state: "offline", code, means, back });
    }

    /** Something arrived. A connection that is silent for too long is dead, whatever TCP believes. */
    #heard() {
        this.#start("silence", this.#longestSilence, () => {
            const socket = this.#socket;
            this.#lost(1006);
            socket?.close?.();
        });
    }

    #subscribe() {
        for (const [task, followed] of this.#followed) {
            if (followed.isTold) continue;
            followed.isTold = true;
            const from = followed.seq !== null && this.#epoch !== null ? { epoch: this.#epoch, seq: followed.seq } : undefined;
            this.#send({ op: "subscribe", task, from });
        }
    }

    #send(message) {
        if (this.#isOpen) this.#socket.send(JSON.stringify(message));
    }

    #receive(message) {
        if (message.t === "hello") return this.#greet(message);
        if (message.t === "ping") return this.#send({ op: "pong" });
        const followed = this.#followed.get(message.task);
        if (!followed) return;
        switch (message.t) {
            case "sub":
                // The task as it is now comes in this message, or as the event after it with the same number.
                if (message.mode !== "resumed") followed.seq = message.data ? message.seq : null;
                if (message.data) followed.handlers.change?.(message.data);
                break;
            case "ev":
                if (followed.seq !== null && message.seq <= followed.seq) break;
                followed.seq = message.seq;
                followed.handlers.change?.(message.data);
                break;
            case "end":
                this.unfollow(message.task);
                followed.handlers.end?.(message);
                break;
            case "reset":
                followed.seq = null; // A `sub` with the task as it is now follows.
                break;
            case "err":
                this.#followed.delete(message.task);
                followed.handlers.refused?.(message.code);
                break;
        }
    }

    #greet({ epoch, retry, ping }) {
        // Another epoch counts from the beginning again: the old numbers mean nothing there.
        if (this.#epoch !== null && this.#epoch !== epoch) {
            for (const followed of this.#followed.values()) followed.seq = null;
        }
        this.#epoch = epoch;
        this.#retry = retry ?? this.#retry;
        if (ping) this.#longestSilence = ping * 1000 + pingMargin;
        this.#heard(); // The silence after this message is measured by it already.
    }
}
