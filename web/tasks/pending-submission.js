import { session } from "../storage.js";

const storageKey = "maas.pending";

/**
 * The last submission without an answer, and its idempotency key. The tab keeps it over a reload: what is sent again then
 * makes no second task, although nobody knows whether the first one arrived.
 */
export class PendingSubmission {
    /** `{ hash, key }`, or null. */
    #value = parsed(session.read(storageKey));

    /** The key to send this content under. */
    keyFor(body) {
        const hash = hashed(body);
        if (this.#value?.hash !== hash) this.#value = { hash, key: randomKey() };
        session.write(storageKey, JSON.stringify(this.#value));
        return this.#value.key;
    }

    /** It was answered, or no repetition would ever be. */
    settle() {
        this.#value = null;
        session.remove(storageKey);
    }
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}

/**
 * FNV-1a of 64 bits. `crypto.subtle` is not there without TLS; should two contents have the same hash, the service refuses
 * the second one under the key of the first.
 */
function hashed(text) {
    let hash = 0xcbf29ce484222325n;
    for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    return hash.toString(16);
}

function randomKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
