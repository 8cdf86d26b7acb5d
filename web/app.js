import { KeyPrompt } from "./access/key-prompt.js";
import { KeysDialog } from "./access/keys-dialog.js";
import { AdminDialog } from "./admin/admin-dialog.js";
import { Announcer } from "./announcer.js";
import { API, APIError } from "./api.js";
import { confirmed } from "./dialogs/confirmation.js";
import { h, setText } from "./dom.js";
import { sayError } from "./faults.js";
import { TaskForm } from "./form/task-form.js";
import { switchLanguage, t, translate } from "./i18n.js";
import { RelayClient } from "./relay-client.js";
import { QueueShare } from "./tasks/queue-share.js";
import { TaskDetails } from "./tasks/task-details.js";
import { TaskFilter } from "./tasks/task-filter.js";
import { TaskList } from "./tasks/task-list.js";
import { TaskStore, isOver, promptOf } from "./tasks/task-store.js";

const $ = (selector) => document.querySelector(selector);

/** As many as one connection to the relay may follow (`progress_relay.subscription_limit`). */
const followLimit = 200;
const shareInterval = 15_000;
const pollInterval = 5_000;

const api = new API();
const store = new TaskStore();
const relay = new RelayClient({ ticket: () => api.ticket() });
const keyPrompt = new KeyPrompt($("#key-dialog"));
const keys = new KeysDialog($("#keys-dialog"), api);
const admin = new AdminDialog($("#admin-dialog"), api);
const announcer = new Announcer($("#announcer"));

const actions = {
    cancel: async ({ task_id }) => store.put(await api.cancel(task_id)),
    reuse: async (task) => {
        $("#composer-title").scrollIntoView({ block: "nearest" });
        await form.fill(task);
    },
    remove: async ({ task_id }) => {
        await api.remove(task_id);
        store.remove(task_id);
    },
    output: ({ task_id }, signal) => api.output(task_id, signal),
    save: ({ task_id }, variant = "video") => save(task_id, variant),
    details: (task) => details.open(task),
    videoAddress: ({ task_id }) => api.contentAddress(task_id),
    pictureAddress: ({ task_id }) => api.pictureAddress(task_id),
    previewAddress: ({ task_id }) => api.previewAddress(task_id),
};
const form = new TaskForm($("#composer"), { submit, pictureAddress: (id) => api.pictureAddress(id) });
const filter = new TaskFilter($("#filter"));
const details = new TaskDetails($("#details-dialog"), store, actions);
const share = new QueueShare($("#share"));
const list = new TaskList($("#tasks"), store, actions, showCount);

// What happens to tasks

store.addEventListener("change", ({ detail: { task, before } }) => {
    if (task.status !== before?.status) {
        follow();
        if (before) announcer.tell(task.status, promptOf(task).slice(0, 80));
        refreshShare.soon();
    }
    showTitle();
});
store.addEventListener("remove", ({ detail }) => relay.unfollow(detail.task.task_id));

const followed = new Set();
function follow() {
    const wanted = new Set(store.active.slice(0, followLimit).map(({ task_id }) => task_id));
    for (const id of followed) if (!wanted.has(id)) relay.unfollow(id);
    for (const id of wanted) {
        if (followed.has(id)) continue;
        relay.follow(id, {
            change: (change) => store.apply(id, change),
            end: (message) => settle(id, message),
            refused: () => refresh(id),
        });
    }
    followed.clear();
    for (const id of wanted) followed.add(id);
}

/** Fetches the task anew; what cannot be fetched now will be told by an event, or when the page is loaded again. */
async function refresh(id) {
    try {
        store.put(await api.task(id));
    } catch (error) {
        if (!(error instanceof APIError)) throw error;
        if (error.status === 404) store.remove(id);
    }
}

/** A task is over: the service has all that belongs to it, and if it cannot be asked, the last word has most of it. */
async function settle(id, { data, status }) {
    const task = await api.task(id).catch(() => null);
    if (task && isOver(task)) store.put(task);
    else store.apply(id, { ...data, status });
}

/** While the relay cannot be reached the page asks, now and then. */
let polling = null;
relay.addEventListener("link", ({ detail: { state } }) => {
    showLink(state);
    if (state === "live" || state === "idle") polling = clearInterval(polling);
    else polling ??= setInterval(() => store.active.slice(0, 20).forEach(({ task_id }) => refresh(task_id)), pollInterval);
});

// What I do

/** Sends a task; a repeated attempt of the same one carries the same key, so that it is made once. */
let pending = { body: null, key: null };
async function submit(task, picture) {
    const body = JSON.stringify([task, picture?.name, picture?.size, picture?.lastModified]);
    if (pending.body !== body) pending = { body, key: randomKey() };
    const created = await api.create(task, picture, pending.key);
    pending = { body: null, key: null };
    const { image, ...parts } = task;
    store.put({ ...parts, has_image: Boolean(picture ?? image), attempt: 1, ...created });
    if (matchMedia("(max-width: 60rem)").matches) $("#list-title").scrollIntoView();
}

function randomKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Saves what a task has made: the address is fetched now, because it works for a while only. */
async function save(id, variant) {
    const href = await api.contentAddress(id, { variant, saved: true });
    h("a", { href, download: "", ...(variant === "video" ? {} : { target: "_blank", rel: "noopener" }) }).click();
}

async function cancelWaiting() {
    if (!(await confirmed(t("list.cancelWaitingQuestion"), t("list.cancelWaiting")))) return;
    const button = $("#cancel-waiting");
    button.disabled = true;
    try {
        await api.cancelAll({ status: "QUEUED" });
        await loadTasks();
    } catch (error) {
        complain(error);
    } finally {
        button.disabled = false;
    }
}

// What the page shows

function showLink(state) {
    const link = $("#link");
    link.dataset.state = state;
    // A socket is opened with the first task to follow; until then nothing is missed.
    setText(link.querySelector("span"), t(`link.${state === "idle" ? "live" : state}`));
}

/** The tab says how far the newest running video is. */
function showTitle() {
    const running = store.all.find((task) => task.status === "RUNNING");
    document.title = running ? `${Math.floor(running.percent ?? 0)}% · MaaS` : "MaaS";
}

function showCount(count) {
    $("#empty").hidden = count > 0 || filter.isOn;
    $("#no-match").hidden = count > 0 || !filter.isOn;
    $("#filter").hidden = store.all.length === 0 && !filter.isOn;
}

function complain(error) {
    $("#trouble").hidden = false;
    setText($("#trouble span"), sayError(error));
}

/** What I have of the queue: asked for when something of mine has changed, and now and then because others change it. */
async function refreshShare() {
    try {
        const me = await api.me();
        share.show(me);
        $("#cancel-waiting").hidden = me.tasks.waiting < 2;
    } catch {
        // What was shown last is good enough.
    }
}
refreshShare.soon = () => {
    clearTimeout(refreshShare.timer);
    refreshShare.timer = setTimeout(refreshShare, 800);
};
setInterval(() => document.hidden || refreshShare(), shareInterval);

/** Loads a page of the tasks that the filter lets through: the first one, or what comes after an id. */
let newestRequest = 0;
let oldest;
async function loadTasks(after) {
    const request = ++newestRequest;
    const page = await api.tasks({ after, ...filter.query });
    if (request !== newestRequest) return; // The filter has changed meanwhile.
    for (const task of page.data) store.put(task);
    oldest = page.last_id;
    $("#older").hidden = !page.has_more;
    list.show((task) => filter.matches(task), page.has_more ? oldest : null);
}

/** Forgets who this is. */
async function leave() {
    keyPrompt.forget();
    await form.forget();
    location.reload();
}

async function withKey(work) {
    try {
        return await work();
    } catch (error) {
        if (!(error instanceof APIError) || !error.isUnauthorized) throw error;
        await keyPrompt.forget();
        await form.forget();
        const key = await keyPrompt.ask(async (candidate) => {
            api.useKey(candidate);
            await api.me();
        });
        api.useKey(key);
        return work();
    }
}

async function start() {
    $("#trouble").hidden = true;
    try {
        const { api_key: given } = await api.page();
        api.useKey(given ?? keyPrompt.remembered);
        const me = await withKey(() => api.me());
        $("#keys").hidden = false;
        $("#keys").onclick = () => keys.open(me.scopes, given ? null : leave);
        const templates = await api.templates();
        $("#admin").hidden = !me.scopes.includes("admin");
        $("#admin").onclick = () => admin.open({ classes: me.priorities, templates });
        form.classes = { names: me.priorities, standard: me.default_priority };
        filter.templates = details.templates = templates;
        await form.start(templates);
        await Promise.all([loadTasks(), refreshShare()]);
        // What waits and runs is followed even where the first page does not reach it.
        for (const task of (await api.tasks({ status: "QUEUED,RUNNING", limit: 100 })).data) store.put(task);
        $("#main").removeAttribute("aria-busy");
    } catch (error) {
        complain(error);
    }
}

$("#language").addEventListener("click", switchLanguage);
$("#older").addEventListener("click", () => loadTasks(oldest).catch(complain));
$("#cancel-waiting").addEventListener("click", cancelWaiting);
$("#clear-filter").addEventListener("click", () => filter.clear());
$("#filter").addEventListener("submit", (event) => event.preventDefault());
$("#trouble button").addEventListener("click", start);
filter.addEventListener("change", () => loadTasks().catch(complain));
document.addEventListener("languagechange", () => showLink($("#link").dataset.state));

translate();
showLink("idle");
start();
