import { h } from "../dom.js";
import { t } from "../i18n.js";

/** The user's tasks and GPUs, beside their fair share. */
export class QueueShare {
    #element;
    #me = null;

    constructor(element) {
        this.#element = element;
        document.addEventListener("languagechange", () => this.#render());
    }

    /** `me` is the response of `/v1/me`. */
    show(me) {
        this.#me = me;
        this.#render();
    }

    #render() {
        if (!this.#me) return;
        const { tasks, all_tasks: all, share, limits } = this.#me;
        this.#element.hidden = all.running + all.waiting === 0;
        if (this.#element.hidden) return;
        const parts = [
            limits.running === null ? t("share.running", tasks.running) : t("share.runningOf", tasks.running, limits.running),
            t("share.waiting", tasks.waiting, all.waiting),
        ];
        const gpus = [h("span", {}, t("share.gpus", tasks.gpus, all.gpus))];
        if (all.gpus > 0) gpus.push(this.#meter(tasks.gpus / all.gpus, share));
        this.#element.replaceChildren(...parts.map((text) => h("li", {}, text)), h("li", {}, ...gpus));
    }

    /** The user's part of the GPUs in use, with a mark at their fair share. */
    #meter(part, share) {
        const percent = (value) => Math.round(value * 100);
        const meter = h("span", { class: "meter", role: "img", "aria-label": t("share.meter", percent(part), percent(share)), title: t("share.meter", percent(part), percent(share)) }, h("i"));
        meter.style.setProperty("--part", part);
        meter.style.setProperty("--share", share);
        return meter;
    }
}
