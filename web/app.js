import { KeyPrompt } from "./access/key-prompt.js";
import { KeysDialog } from "./access/keys-dialog.js";
import { AdminDialog } from "./admin/admin-dialog.js";
import { Announcer } from "./announcer.js";
import { API, APIError } from "./api.js";
import { confirmed } from "./confirmation.js";
import { setHidden, setText } from "./dom.js";
import { sayError } from "./faults.js";
import { TaskForm } from "./form/task-form.js";
import { switchLanguage, t, translate } from "./i18n.js";
import { RelayClient } from "./relay-client.js";
import { QueueShare } from "./tasks/queue-share.js";
import { TaskActions } from "./tasks/task-actions.js";
import { TaskDetails } from "./tasks/task-details.js";
import { TaskFilter } from "./tasks/task-filter.js";
import { TaskFollower } from "./tasks/task-follower.js";
import { TaskList } from "./tasks/task-list.js";
import { TaskStore, promptOf } from "./tasks/task-store.js";

const $ = (selector) => document.querySelector(selector);

const lookInterval = 15_000;
/** Every so many looks the newest tasks are loaded: those that began and ended elsewhere in between are in no count. */
const looksALoad = 4;
/** How many running tasks, and how many waiting ones, are loaded at least: as many as the service lists at once. */
const mostActive = 100;

const api = new API();
const store = new TaskStore();
const relay = new RelayClient({ ticket: () => api.ticket() });
new TaskFollower(api, store, relay);

const actions = new TaskActions(api, store, { details: (task) => details.open(task), reuse, complain });
const form = new TaskForm($("#composer"), { submit, pictureAddress: (task_id) => actions.pictureAddress({ task_id }) });
const filter = new TaskFilter($("#filter"));
const list = new TaskList($("#tasks"), store, actions, showCount);
const details = new TaskDetails($("#details-dialog"), store, actions);
const share = new QueueShare($("#share"));
const announcer = new Announcer($("#announcer"));
const keyPrompt = new KeyPrompt($("#key-dialog"));
const keys = new KeysDialog($("#keys-dialog"), api);
const admin = new AdminDialog($("#admin-dialog"), api);

let looks = 0;
/** What "Try again" does. */
let again;
let shareTimer;
/** Whose tasks and text are on the page. */
let user;
/** The id of the oldest task loaded; null before the first page that matches the filter. */
let oldest = null;
/** The newest id known when a first page was loaded last: from here down to `oldest`, all that match are loaded. */
let newest = null;
let newestRequest = 0;
/** How many requests for a page of tasks are under way. */
let underway = 0;

// What the user does

async function submit(task, picture) {
    const made = await actions.submit(task, picture);
    if (!made) return;
    announce("submitted", made);
    if (matchMedia("(max-width: 60rem)").matches) $("#list-title").scrollIntoView();
}

async function reuse(task) {
    $("#composer-title").scrollIntoView({ block: "nearest" });
    await form.fill(task);
}

async function cancelWaiting() {
    if (!(await confirmed(t("list.cancelWaitingQuestion"), t("list.cancelWaiting")))) return;
    await api.cancelAll({ status: "QUEUED" });
    await loadTasks();
}

// What the page shows

store.addEventListener("change", ({ detail: { task, before } }) => {
    showTitle();
    if (task.status === before?.status) return;
    if (before) announce(task.status, task);
    clearTimeout(shareTimer);
    shareTimer = setTimeout(showShare, 800);
});
relay.addEventListener("link", ({ detail }) => {
    showLink();
    if (detail.means === "revoked") complain(new APIError(401, "unauthorized"));
});

function announce(what, task) {
    announcer.tell(what, promptOf(task).slice(0, 80));
}

function showLink() {
    const link = $("#link");
    const state = $("#main").ariaBusy === "true" ? "connecting" : relay.state;
    link.dataset.state = state;
    // A socket is opened with the first task to follow; until then nothing is missed of what was loaded.
    setText(link.querySelector("span"), t(`link.${state === "idle" ? "live" : state}`));
}

/** The tab says how far the newest running video is. */
function showTitle() {
    const running = store.all.find((task) => task.status === "RUNNING");
    document.title = running ? `${Math.floor(running.percent ?? 0)}% · MaaS` : "MaaS";
}

function showCount(count) {
    $("#empty").hidden = count > 0 || filter.isOn;
    $("#filter").hidden = store.all.length === 0 && !filter.isOn;
    setHidden($("#no-match"), count > 0 || !filter.isOn, $("#filter").hidden ? $("#list-title") : $("#filter-text"));
}

/**
 * Shows the user's part of the queue: after a change of their tasks, and periodically because others change it. Tasks
 * that began elsewhere are loaded then.
 */
async function showShare() {
    const me = await api.me().catch(() => null); // What was shown last is good enough.
    if (!me) return;
    share.show(me);
    setHidden($("#cancel-waiting"), me.tasks.waiting < 2, $("#list-title"));
    if (isBehind(me)) await loadActive().catch(() => {}); // The next look comes soon.
}

/** Whether fewer tasks are known to run or wait than there are, of those that `loadActive` finds. */
function isBehind({ tasks }) {
    const isMissing = (status, count) => store.all.filter((task) => task.status === status).length < Math.min(count, mostActive);
    return isMissing("RUNNING", tasks.running) || isMissing("QUEUED", tasks.waiting);
}

/** Says what went wrong, and offers to do `work` again. Without a key that works nothing does: then it asks for one first. */
function complain(error, work) {
    again = error.isUnauthorized ? told(start) : work;
    setHidden($("#retry"), !again, $("#dismiss"));
    $("#trouble").hidden = false;
    setText($("#trouble span"), sayError(error));
}

/** `work` as a handler that says what went wrong, and that can be tried again. */
const told = (work) => {
    const handler = () => work().catch((error) => complain(error, handler));
    return handler;
};

// What is loaded

/** Loads a page of the tasks that match the filter: the first one, or the one after an id. */
async function loadTasks(after) {
    const request = ++newestRequest;
    const asked = performance.now();
    underway += 1;
    const page = await api.tasks({ after, ...filter.query }).finally(() => (underway -= 1));
    if (request !== newestRequest) return; // The filter has changed meanwhile.
    for (const task of page.data) store.put(task, asked);
    // A first page that is loaded again takes nothing from the list, if no gap is left below it. With a filter, its
    // last id is where the search has stopped, often at a task that does not match.
    const isFirst = after === undefined;
    const isInList = isFirst && oldest !== null && page.last_id !== null && oldest <= page.last_id && page.last_id <= newest;
    if (isFirst) newest = store.all[0]?.task_id ?? page.last_id;
    if (isInList) return;
    oldest = page.last_id;
    list.show((task) => filter.matches(task), page.has_more ? oldest : null);
    setHidden($("#older"), !page.has_more, $(`[data-task="${page.data[0]?.task_id}"] button:not([hidden])`) ?? $("#list-title"));
}

/** Looks at what others have changed, if somebody sees it. What fails is looked at again soon. */
async function look({ isReturn = false } = {}) {
    if (document.hidden || user === undefined) return;
    looks += 1;
    const loads = isReturn || looks % looksALoad === 0;
    await showShare();
    // It must not overtake what the user asked for.
    if (loads && underway === 0) await loadTasks().catch(() => {});
}

/** Loads the tasks that match another filter. The next page of the ones before means nothing any more. */
function loadOthers() {
    oldest = null;
    $("#older").hidden = true;
    return loadTasks();
}

/** What runs and waits is followed even where the first page does not reach it; what runs may be older than all that wait. */
async function loadActive() {
    const asked = performance.now();
    const pages = await Promise.all(["RUNNING", "QUEUED"].map((status) => api.tasks({ status, limit: mostActive })));
    for (const task of pages.flatMap(({ data }) => data)) store.put(task, asked);
}

/** Who this is; asks for a key where there is none that works. */
async function signIn(given) {
    // Where nothing is remembered, the key that was typed in is still in use.
    const key = given ?? keyPrompt.remembered;
    if (key) api.useKey(key);
    try {
        return await api.me();
    } catch (error) {
        if (!(error instanceof APIError) || !error.isUnauthorized) throw error;
        return keyPrompt.ask((key) => {
            api.useKey(key);
            return api.me();
        });
    }
}

/** Leaves nothing of the user in this browser. */
async function forget() {
    keyPrompt.forget();
    await form.forget();
    leave();
}

/** Loads the page anew for whoever comes next, without the filter in its address. */
function leave() {
    location.replace(location.pathname);
}

function dismiss() {
    setHidden($("#trouble"), true, $("#list-title"));
}

async function start() {
    const { api_key: given } = await api.page();
    const me = await signIn(given);
    if (user !== undefined && me.user !== user) return leave();
    user = me.user;
    const templates = await api.templates();
    $("#keys").hidden = false;
    $("#keys").onclick = () => keys.open(me.scopes, given ? null : forget);
    $("#admin").hidden = !me.scopes.includes("admin");
    $("#admin").onclick = () => admin.open({ classes: me.priorities, templates });
    form.classes = { names: me.priorities, standard: me.default_priority };
    filter.templates = details.templates = templates;
    await form.start(templates, user);
    await loadTasks();
    await loadActive();
    await showShare();
    relay.resume();
    $("#main").removeAttribute("aria-busy");
    showLink();
}

$("#language").addEventListener("click", switchLanguage);
$("#older").addEventListener("click", told(() => loadTasks(oldest)));
$("#cancel-waiting").addEventListener("click", told(cancelWaiting));
$("#clear-filter").addEventListener("click", () => filter.clear());
$("#filter").addEventListener("submit", (event) => event.preventDefault());
$("#retry").addEventListener("click", () => {
    dismiss();
    again();
});
$("#dismiss").addEventListener("click", dismiss);
filter.addEventListener("change", told(loadOthers));
document.addEventListener("languagechange", showLink);
keyPrompt.onChange(leave);
setInterval(() => look(), lookInterval);
document.addEventListener("visibilitychange", () => look({ isReturn: true }));

translate();
showLink();
told(start)();
