import { TaskCard } from "./task-card.js";

/** The list of my tasks, newest first: a card each. */
export class TaskList {
    #list;
    #empty;
    #store;
    #actions;
    #cards = new Map();

    constructor(list, empty, store, actions) {
        this.#list = list;
        this.#empty = empty;
        this.#store = store;
        this.#actions = actions;
        store.addEventListener("change", ({ detail }) => this.#update(detail.task));
        document.addEventListener("languagechange", () => this.#store.all.forEach((task) => this.#update(task)));
        setInterval(() => this.#cards.forEach((card) => card.tick()), 1000);
    }

    /** Shows the list even if it has nothing: what was not known before is now known to be so. */
    settle() {
        this.#empty.hidden = this.#cards.size > 0;
    }

    #update(task) {
        const known = this.#cards.get(task.task_id);
        if (known) return known.update(task);
        const card = new TaskCard(task, this.#actions);
        const item = document.createElement("li");
        item.append(card.element);
        const older = [...this.#list.children].find((other) => other.firstChild.dataset.task < task.task_id);
        this.#list.insertBefore(item, older ?? null);
        this.#cards.set(task.task_id, card);
        this.#empty.hidden = true;
    }
}
