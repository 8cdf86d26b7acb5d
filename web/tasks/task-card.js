import { h, icon, setHidden, setText } from "../dom.js";
import { sayFailure } from "../faults.js";
import { ago, duration, moment } from "../format.js";
import { t, tOr } from "../i18n.js";
import { isOver, promptOf } from "./task-store.js";

/** Reasons to wait that time alone does not resolve. */
const stuck = new Set(["no_node_fits", "cluster_quota", "cluster_unavailable"]);

/**
 * One task of the list. At the top is the place in the queue, the progress or the video; below are the prompt, the state
 * in words, and the actions.
 *
 * The element is made once and then kept up to date, so that a playing video and the keyboard's focus stay.
 */
export class TaskCard {
    element;
    #task;
    #actions;
    #parts = {};
    #isCancelling = false;
    #isInSight = false;
    /** The sentence for why there is no video to be seen of a task that made one. */
    #absence = null;
    #videoFor = null;
    #pictureFor = null;
    #previewShown = null;
    /** Where the video was when its player was released, in seconds. */
    #leftAt = 0;

    /** `actions`: the `TaskActions`. */
    constructor(task, actions) {
        this.#actions = actions;
        this.element = this.#build(task);
        this.update(task);
    }

    update(task) {
        this.#task = task;
        const parts = this.#parts;
        this.element.dataset.status = task.status;
        this.element.dataset.task = task.task_id;
        this.#frame(task);
        setText(parts.prompt, promptOf(task));
        setText(parts.badge, t(`status.${task.status}`));
        setText(parts.figure, this.#figure());
        setText(parts.word, this.#word());
        setText(parts.facts, this.#facts());
        this.#updateProgress();
        parts.fault.hidden = task.status !== "FAILED";
        setText(parts.fault, sayFailure(task.error));
        this.#showAbsence();
        setHidden(parts.cancel, isOver(task), parts.more);
        parts.cancel.ariaDisabled = this.#isBeingCancelled;
        setText(parts.cancel.lastChild, t(this.#isBeingCancelled ? "card.cancelling" : "card.cancel"));
        setText(parts.reuse.lastChild, t("card.reuse"));
        setText(parts.download.lastChild, t("card.download"));
        parts.more.setAttribute("aria-label", t("card.details", promptOf(task)));
        parts.more.title = t("details.title");
        this.#forgetPreview();
        this.#showPicture();
        this.#showPreview();
        this.#showVideo();
        this.tick();
    }

    /** Fetches its pictures and video, now that it is almost in sight. */
    appear() {
        this.#isInSight = true;
        this.refresh();
    }

    /** Releases a player that nobody uses, now that it is out of sight: phones allow only so many. */
    leave() {
        this.#isInSight = false;
        const player = this.#parts.video.firstChild;
        const used = [document.activeElement, document.pictureInPictureElement, document.fullscreenElement];
        // iPhones have a full screen of their own.
        if (!player?.paused || player.webkitDisplayingFullscreen || used.includes(player)) return;
        this.#leftAt = player.currentTime;
        this.#videoFor = null;
        player.remove();
        player.removeAttribute("src");
        player.load();
    }

    /** The same task once more: in another language, say. */
    refresh() {
        this.update(this.#task);
    }

    /** Counts the estimate down between events; called once a second. */
    tick() {
        setText(this.#parts.left, this.#left());
        setText(this.#parts.age, ago(moment(this.#task.created_at)));
    }

    #build(task) {
        const id = `task-${task.task_id}`;
        const parts = this.#parts;
        parts.video = h("div", { class: "layer video" });
        parts.picture = h("div", { class: "layer picture" });
        parts.figure = h("p", { class: "figure" });
        parts.word = h("p", { class: "word" });
        parts.bar = h("div", { class: "bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, h("i"));
        parts.badge = h("span", { class: "badge" });
        parts.prompt = h("h3", { class: "prompt", id });
        parts.left = h("span", { class: "left" });
        parts.facts = h("span", { class: "facts" });
        parts.age = h("time", { class: "age", datetime: moment(task.created_at).toISOString() });
        parts.fault = h("p", { class: "fault", hidden: true });
        parts.cancel = this.#button("close", () => this.#cancel());
        parts.reuse = this.#button("again", () => this.#actions.reuse(this.#task));
        parts.download = this.#button("download", () => this.#actions.save(this.#task));
        parts.more = h("button", { type: "button", class: "quiet bare", onclick: () => this.#actions.details(this.#task) }, icon("details"));
        parts.screen = h(
            "div",
            { class: "screen" },
            parts.picture,
            h("div", { class: "layer readout" }, parts.figure, parts.word),
            parts.video,
            parts.bar,
        );
        return h(
            "article",
            { class: "card", "aria-labelledby": id },
            parts.screen,
            h(
                "div",
                { class: "caption" },
                parts.prompt,
                parts.fault,
                h("p", { class: "line" }, parts.badge, parts.left, parts.facts, parts.age),
                h("div", { class: "actions" }, parts.download, parts.reuse, parts.cancel, parts.more),
            ),
        );
    }

    #button(name, work) {
        const onclick = async () => {
            try {
                await work();
            } catch (error) {
                this.#actions.complain(error, error.mayPass ? onclick : undefined);
            }
        };
        return h("button", { type: "button", class: "quiet", onclick }, icon(name), h("span"));
    }

    /** The screen has the shape of the video that is being made. */
    #frame({ parameters, result }) {
        const size = /^(\d+)[x*](\d+)$/.exec(parameters?.size ?? "");
        const [width, height] = result?.width ? [result.width, result.height] : size ? [size[1], size[2]] : [16, 9];
        this.#parts.screen.style.setProperty("--ratio", `${width} / ${height}`);
        this.#parts.screen.classList.toggle("tall", Number(height) > Number(width));
    }

    /** The big figure: the place in the queue, or how much is done. */
    #figure() {
        const { status, position, percent } = this.#task;
        if (status === "QUEUED") return position > 0 ? String(position) : "·";
        if (status === "RUNNING") return `${Math.floor(percent ?? 0)}%`;
        return "";
    }

    /** What is going on, in words. */
    #word() {
        const { status, position, stage, step, total, attempt } = this.#task;
        if (status === "QUEUED") {
            if (!position) return t("status.QUEUED");
            return position === 1 ? t("card.next") : t("card.position", position);
        }
        if (status === "COMPLETED" && this.#absence) return t(this.#absence);
        if (status !== "RUNNING") return "";
        const words = [tOr(`stage.${stage}`, t("status.RUNNING"))];
        if (total > 1 && step !== null && step !== undefined) words.push(t("card.step", step, total));
        if (attempt > 1) words.push(t("card.attempt", attempt));
        return words.join(" · ");
    }

    /** What remains, as far as somebody has estimated it. */
    #left() {
        const { status, eta_s, etaAt, reason } = this.#task;
        if (isOver(this.#task)) return "";
        const why = status === "QUEUED" ? tOr(`reason.${reason}`, "") : "";
        // An estimate says more than that others are busy; it says nothing where the queue does not move.
        if (typeof eta_s !== "number" || stuck.has(reason)) return why;
        const left = duration(Math.max(0, eta_s - (Date.now() - etaAt) / 1000));
        return t(status === "QUEUED" ? "card.starts" : "card.left", left);
    }

    /** What the video is, once it is there. */
    #facts() {
        const { status, result, started_at, ended_at } = this.#task;
        if (status !== "COMPLETED") return "";
        const facts = [];
        if (result?.width) facts.push(`${result.width} × ${result.height}`);
        if (result?.frames) facts.push(t("card.frames", result.frames));
        if (started_at && ended_at) facts.push(t("card.took", duration((moment(ended_at) - moment(started_at)) / 1000)));
        return facts.join(" · ");
    }

    #updateProgress() {
        const { bar } = this.#parts;
        const { status, percent } = this.#task;
        bar.hidden = status !== "RUNNING";
        if (bar.hidden) return;
        const done = Math.min(100, Math.max(0, percent ?? 0));
        bar.style.setProperty("--done", done / 100);
        bar.setAttribute("aria-label", t("card.progress"));
        bar.setAttribute("aria-valuenow", Math.floor(done));
        bar.setAttribute("aria-valuetext", `${Math.floor(done)}%, ${this.#word()}`);
    }

    /** The picture the video starts from lies behind the figures. */
    async #showPicture() {
        const task = this.#task;
        if (!this.#isInSight || !task.has_image || this.#pictureFor === task.task_id) return;
        this.#pictureFor = task.task_id;
        try {
            const src = await this.#actions.pictureAddress(task);
            // A preview may have been quicker; it says more.
            if (!this.#parts.picture.firstChild) this.#parts.picture.append(h("img", { src, alt: "", loading: "lazy" }));
        } catch {
            // The card is complete without it.
        }
    }

    /** A new attempt starts from the picture again: what the one before had made is gone. */
    #forgetPreview() {
        if (this.#previewShown === null || this.#task.preview || isOver(this.#task)) return;
        this.#previewShown = this.#pictureFor = null;
        this.#parts.picture.replaceChildren();
    }

    /** What the video is going to be takes the place of what it started from. */
    async #showPreview() {
        const task = this.#task;
        if (!this.#isInSight || task.status !== "RUNNING" || !task.preview) return;
        // Each attempt counts its own.
        const preview = `${task.attempt}.${task.preview}`;
        if (this.#previewShown === preview) return;
        this.#previewShown = preview;
        try {
            const image = h("img", { src: await this.#actions.previewAddress(task), alt: "" });
            await image.decode();
            if (this.#previewShown === preview) this.#parts.picture.replaceChildren(image);
        } catch {
            // The next one is soon there.
        }
    }

    async #showVideo() {
        const task = this.#task;
        if (!this.#isInSight || task.status !== "COMPLETED" || this.#videoFor === task.task_id) return;
        this.#videoFor = task.task_id;
        try {
            const address = await this.#actions.videoAddress(task);
            if (!this.#isInSight) {
                this.#videoFor = null;
                return;
            }
            this.#parts.video.replaceChildren(this.#player(task, address));
            this.#absence = null;
            this.#showAbsence();
        } catch (error) {
            this.#miss(error);
        }
    }

    /** There is no video to be seen. One that is kept no longer will not come back; any other may, the next time somebody looks. */
    #miss(error) {
        this.#absence = error?.code === "files_expired" ? "card.expired" : "card.unloaded";
        if (this.#absence === "card.unloaded") this.#videoFor = null;
        this.#parts.video.replaceChildren();
        this.#showAbsence();
    }

    #showAbsence() {
        const { download, word } = this.#parts;
        setHidden(download, this.#task.status !== "COMPLETED" || this.#absence === "card.expired", this.#parts.more);
        this.element.toggleAttribute("data-absent", this.#absence !== null);
        setText(word, this.#word());
    }

    #player(task, address) {
        const player = h("video", {
            src: address,
            controls: true,
            loop: true,
            playsinline: true,
            preload: "metadata",
            "aria-label": t("card.video", promptOf(task)),
        });
        // A presigned address expires; a page left open for hours asks for a new one and goes on where it was.
        player.addEventListener("error", async () => {
            if (!player.isConnected) return;
            this.#leftAt = player.currentTime;
            const wasPlaying = !player.paused; // Another source pauses it.
            if (player.dataset.renewed) return this.#miss();
            player.dataset.renewed = "yes";
            try {
                const renewed = await this.#actions.videoAddress(task);
                if (!player.isConnected) return; // It was released meanwhile.
                player.src = renewed;
                player.currentTime = this.#leftAt;
                // A browser may refuse it; then a click goes on.
                if (wasPlaying) player.play().catch(() => {});
            } catch (error) {
                if (player.isConnected) this.#miss(error);
            }
        });
        player.currentTime = this.#leftAt;
        player.addEventListener("playing", () => delete player.dataset.renewed);
        return player;
    }

    get #isBeingCancelled() {
        return this.#isCancelling || Boolean(this.#task.cancel_requested_at);
    }

    async #cancel() {
        if (this.#isBeingCancelled) return;
        this.#isCancelling = true;
        this.update(this.#task);
        try {
            await this.#actions.cancel(this.#task);
        } finally {
            this.#isCancelling = false;
            this.update(this.#task);
        }
    }
}
