import { t } from "./i18n.js";

const pause = 700;
/** More than this many at once are announced as a number. */
const most = 2;

/**
 * Announces changes of tasks to a screen reader. It collects those of a moment, so that twenty tasks cancelled together
 * are one sentence. Progress is not announced: it is on the card.
 */
export class Announcer {
    #element;
    #waiting = []; // { status, name }
    #timer = null;

    constructor(element) {
        this.#element = element;
    }

    tell(status, name) {
        this.#surface();
        this.#waiting.push({ status, name });
        this.#timer ??= setTimeout(() => this.#speak(), pause);
    }

    #speak() {
        this.#timer = null;
        const sentences = [];
        for (const [status, told] of Object.entries(Object.groupBy(this.#waiting, ({ status }) => status))) {
            if (told.length > most) sentences.push(t(`announce.many.${status}`, told.length));
            else sentences.push(...told.map(({ name }) => t(`announce.${status}`, name)));
        }
        this.#waiting = [];
        this.#surface();
        // Anew, because the same sentence may be said twice.
        this.#element.replaceChildren(sentences.join(" "));
    }

    /**
     * Beneath a modal dialog nothing is announced. Of several, the topmost is the last in the document: only questions are
     * asked above another one. It moves there before there is something to say, because readers watch only what they know.
     */
    #surface() {
        const place = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
        if (this.#element.parentElement !== place) place.append(this.#element);
    }
}
