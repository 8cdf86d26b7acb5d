import { TaskCard } from "./task-card.js";

/**
 * The user's tasks that match the filter, newest first, a card each. Tasks older than the last loaded page are not shown,
 * because there would be a gap above them.
 */
export class TaskList {
    #list;
    #store;
    #actions;
    #cards = new Map();
    #matches = () => true;
    #oldest = null;
    #onCount;
    /** Has only the videos that are almost in sight. */
    #sight = new IntersectionObserver(
        (entries) => {
            for (const { isIntersecting, target } of entries) {
                const card = this.#cards.get(target.dataset.task);
                if (isIntersecting) card?.appear();
                else card?.leave();
            }
        },
        { rootMargin: "400px" },
    );

    /** `onCount(count)` is told how many tasks are shown. */
    constructor(list, store, actions, onCount) {
        this.#list = list;
        this.#store = store;
        this.#actions = actions;
        this.#onCount = onCount;
        store.addEventListener("change", ({ detail }) => this.#update(detail.task));
        store.addEventListener("remove", ({ detail }) => this.#drop(detail.task.task_id));
        document.addEventListener("languagechange", () => this.#cards.forEach((card) => card.refresh()));
        setInterval(() => this.#cards.forEach((card) => card.tick()), 1000);
    }

    /** Shows the tasks that `matches(task)`, down to the id `oldest`; all of them where it is null. */
    show(matches, oldest) {
        this.#matches = matches;
        this.#oldest = oldest;
        for (const task of this.#store.all) this.#update(task);
        this.#onCount(this.#cards.size);
    }

    #isShown(task) {
        return this.#matches(task) && (this.#oldest === null || task.task_id >= this.#oldest);
    }

    #update(task) {
        if (!this.#isShown(task)) return this.#drop(task.task_id);
        const known = this.#cards.get(task.task_id);
        if (known) return known.update(task);
        const card = new TaskCard(task, this.#actions);
        const item = document.createElement("li");
        item.append(card.element);
        const older = [...this.#list.children].find((other) => other.firstChild.dataset.task < task.task_id);
        this.#list.insertBefore(item, older ?? null);
        this.#cards.set(task.task_id, card);
        this.#sight.observe(card.element);
        this.#onCount(this.#cards.size);
    }

    #drop(id) {
        const card = this.#cards.get(id);
        if (!card) return;
        const item = card.element.parentElement;
        // The focus moves to a neighbour, and without one to the title.
        if (item.contains(document.activeElement)) {
            const neighbour = item.nextElementSibling ?? item.previousElementSibling;
            (neighbour?.querySelector("button:not([hidden], [disabled])") ?? document.querySelector("#list-title")).focus();
        }
        item.remove();
        this.#sight.unobserve(card.element);
        this.#cards.delete(id);
        this.#onCount(this.#cards.size);
    }
}
