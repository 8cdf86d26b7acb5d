import { API, APIError } from "./api.js";
import { setText } from "./dom.js";
import { TaskForm } from "./form.js";
import { switchLanguage, t, translate } from "./i18n.js";
import { KeyDialog } from "./key-dialog.js";
import { Live } from "./live.js";
import { promptOf } from "./task-card.js";
import { TaskList } from "./task-list.js";
import { TaskStore, isOver } from "./task-store.js";

const $ = (selector) => document.querySelector(selector);

const api = new API();
const store = new TaskStore();
const keyDialog = new KeyDialog($("#key-dialog"));

const live = new Live({
    ticket: () => api.ticket(),
    onEvent: (id, change) => store.apply(id, change),
    onReset: (id) => refresh(id),
    onEnd: settle,
    onLink: showLink,
});

const form = new TaskForm($("#composer"), submit);
const list = new TaskList($("#tasks"), $("#empty"), store, {
    cancel: async (task) => store.put(await api.cancel(task.task_id)),
    reuse: (task) => form.fill(task),
    videoAddress: (task) => api.videoAddress(task.task_id),
    pictureAddress: (task) => api.pictureAddress(task.task_id),
    previewAddress: (task) => api.previewAddress(task.task_id),
});

store.addEventListener("change", ({ detail: { task, before } }) => {
    if (task.status !== before?.status) {
        live.watch(store.active.map((active) => active.task_id));
        if (before) announce(task);
    }
    showTitle();
});

/** Fetches the task anew; what cannot be fetched now will be told by an event, or when the page is loaded again. */
async function refresh(id) {
    try {
        store.put(await api.task(id));
    } catch (error) {
        if (!(error instanceof APIError)) throw error;
    }
}

/**
 * A task is over. The relay says so at once, and the service a moment later, when the end is written down with
 * everything that belongs to it; only then does it hand out the video.
 */
async function settle(id, { data, status }) {
    for (const delay of [0, 200, 400, 800, 1600, 3200]) {
        await new Promise((resolve) => setTimeout(resolve, delay));
        const task = await api.task(id).catch(() => null);
        if (task && isOver(task)) return store.put(task);
    }
    store.apply(id, { ...data, status });
}

/** Sends a task; a repeated attempt of the same one carries the same key, so that it is made once. */
let pending = { body: null, key: null };
async function submit(task, picture) {
    const body = JSON.stringify([task, picture?.name, picture?.size, picture?.lastModified]);
    if (pending.body !== body) pending = { body, key: randomKey() };
    const created = await api.create(task, picture, pending.key);
    pending = { body: null, key: null };
    store.put({ ...task, has_image: picture !== null, attempt: 1, ...created });
    if (matchMedia("(max-width: 60rem)").matches) $("#tasks").scrollIntoView({ behavior: "smooth" });
}

function randomKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function announce(task) {
    const text = t(`announce.${task.status}`, promptOf(task).slice(0, 80));
    if (text) setText($("#announcer"), text);
}

function showLink(state) {
    const link = $("#link");
    link.dataset.state = state;
    setText(link.querySelector("span"), t(`link.${state}`));
}

/** The tab says how far the newest running video is. */
function showTitle() {
    const running = store.all.find((task) => task.status === "RUNNING");
    document.title = running ? `${Math.floor(running.percent ?? 0)}% · MaaS` : "MaaS";
}

/** Older tasks than those on the page, if there are. */
let oldest;
async function loadTasks(after) {
    const page = await api.tasks({ after });
    for (const task of page.data) store.put(task);
    oldest = page.last_id;
    $("#older").hidden = !page.has_more;
    list.settle();
}

async function withKey(work) {
    try {
        return await work();
    } catch (error) {
        if (!(error instanceof APIError) || !error.isUnauthorized) throw error;
        keyDialog.forget();
        const key = await keyDialog.ask(async (candidate) => {
            api.useKey(candidate);
            await api.tasks({ limit: 1 });
            return true;
        });
        api.useKey(key);
        return work();
    }
}

async function start() {
    $("#trouble").hidden = true;
    try {
        const { api_key: given } = await api.page();
        api.useKey(given ?? keyDialog.remembered);
        form.templates = await withKey(() => api.templates());
        await withKey(() => loadTasks());
        $("#main").removeAttribute("aria-busy");
    } catch (error) {
        $("#trouble").hidden = false;
        setText($("#trouble span"), t(error.status === 0 ? "error.network" : "error.server"));
    }
}

$("#language").addEventListener("click", switchLanguage);
$("#older").addEventListener("click", () => loadTasks(oldest));
$("#trouble button").addEventListener("click", start);
document.addEventListener("languagechange", () => showLink($("#link").dataset.state));

translate();
showLink("live"); // A socket is opened with the first task to follow; until then nothing is missed.
start();
