import { confirmed } from "../confirmation.js";
import { h, icon, onBackdrop, setText } from "../dom.js";
import { sayError, sayFault } from "../faults.js";
import { ago, day, moment } from "../format.js";
import { t } from "../i18n.js";

/** In days. Null is the longest possible. */
const lifetimes = [30, 90, 365, null];
const dayLength = 86_400_000;

/** Lists, creates and revokes the user's API keys. */
export class KeysDialog {
    #dialog;
    #api;
    #scopes = [];
    #onLeave;
    #parts = {};
    /** When the page's own key ends, if it does: it can make none that works for longer. */
    #end = null;
    /** While a key is being made, nothing may close the dialog: the key would be lost. */
    #isMaking = false;

    constructor(dialog, api) {
        this.#dialog = dialog;
        this.#api = api;
        dialog.addEventListener("cancel", (event) => this.#isMaking && event.preventDefault());
        dialog.addEventListener("close", () => {
            // A browser may close it all the same when Escape is pressed twice.
            if (this.#isMaking) dialog.showModal();
            // A key that was shown must not stay in the document.
            else dialog.replaceChildren();
        });
        onBackdrop(dialog, () => this.#close());
    }

    /** `onLeave()` forgets the key of this browser; null where the service gave it to the page. */
    async open(scopes, onLeave) {
        this.#scopes = scopes;
        this.#onLeave = onLeave;
        this.#build();
        this.#dialog.showModal();
        await this.#load();
    }

    #close() {
        if (!this.#isMaking) this.#dialog.close();
    }

    #build() {
        const parts = this.#parts;
        this.#end = null;
        parts.list = h("ul", { class: "rows", "aria-busy": "true" });
        parts.made = h("div", { class: "made", role: "status" });
        parts.problem = h("p", { class: "problem", role: "alert", hidden: true });
        parts.form = this.#form();
        const leave = this.#onLeave && h("button", { type: "button", class: "quiet", onclick: () => this.#isMaking || this.#onLeave() }, t("keys.leave"));
        this.#dialog.replaceChildren(
            h(
                "header",
                { class: "dialog-head" },
                h("h2", { id: "keys-title", tabindex: -1, autofocus: true }, t("keys.title")),
                h("button", { type: "button", class: "quiet bare", "aria-label": t("close"), onclick: () => this.#close() }, icon("close")),
            ),
            parts.list,
            parts.made,
            parts.form,
            parts.problem,
            ...(leave ? [h("div", { class: "dialog-actions" }, leave)] : []),
        );
    }

    #form() {
        const scope = (name) =>
            h("label", { class: "switch" }, h("input", { type: "checkbox", name: "scope", value: name, checked: name !== "admin" }), h("span", {}, t(`scope.${name}`)));
        this.#parts.lifetime = h("select", { id: "key-lifetime" });
        this.#offerLifetimes();
        return h(
            "form",
            { class: "new-key", onsubmit: (event) => this.#create(event) },
            h("h3", {}, t("keys.new")),
            h(
                "div",
                { class: "fields grid" },
                h("div", { class: "field" }, h("label", { class: "label", for: "key-name" }, t("keys.name")), h("input", { type: "text", id: "key-name", maxlength: 100, required: true, autocomplete: "off", placeholder: t("keys.nameHint") })),
                h("div", { class: "field" }, h("label", { class: "label", for: "key-lifetime" }, t("keys.lifetime")), h("span", { class: "select" }, this.#parts.lifetime, icon("chevron"))),
                h("fieldset", { class: "field scopes" }, h("legend", { class: "label" }, t("keys.scopes")), this.#scopes.map(scope)),
            ),
            h("button", { class: "primary", type: "submit" }, t("keys.create")),
        );
    }

    /** Those that the own key allows. Of the others, the longest remains. */
    #offerLifetimes() {
        const longest = this.#end ? t("keys.until", day(this.#end)) : t("keys.never");
        const possible = lifetimes.filter((days) => days === null || this.#expiry(days) !== this.#end);
        const option = (days) => h("option", { value: days ?? "", selected: days === 90 }, days ? t("keys.days", days) : longest);
        this.#parts.lifetime.replaceChildren(...possible.map(option));
        if (!possible.includes(90)) this.#parts.lifetime.lastChild.defaultSelected = true;
    }

    /** When a key expires that is made now. */
    #expiry(days) {
        const wanted = days ? new Date(Date.now() + days * dayLength).toISOString() : null;
        const isTooLate = this.#end && (!wanted || moment(wanted) > moment(this.#end));
        return isTooLate ? this.#end : wanted;
    }

    async #load() {
        await this.#try(async () => {
            const keys = (await this.#api.keys()).filter(({ revoked_at }) => !revoked_at);
            const end = keys.find((key) => key.is_current)?.expires_at ?? null;
            if (end !== this.#end) {
                this.#end = end;
                this.#offerLifetimes();
            }
            this.#parts.list.replaceChildren(...keys.map((key) => this.#row(key)));
            this.#parts.list.removeAttribute("aria-busy");
        });
    }

    #row(key) {
        const facts = [
            key.scopes.map((name) => t(`scope.${name}`)).join(t("comma")),
            key.last_used_at ? t("keys.used", ago(moment(key.last_used_at))) : t("keys.unused"),
            key.expires_at ? t("keys.until", day(key.expires_at)) : t("keys.never"),
        ];
        const revoke = h("button", { type: "button", class: "quiet", "aria-label": t("keys.revokeOne", key.name), onclick: () => this.#revoke(key) }, t("keys.revoke"));
        return h(
            "li",
            { class: "row" },
            h("div", {}, h("strong", {}, key.name), key.is_current ? h("span", { class: "tag" }, t("keys.current")) : null, h("p", { class: "hint" }, facts.join(" · "))),
            // Revoking the page's own key would lock the user out.
            key.is_current ? null : revoke,
        );
    }

    async #create(event) {
        event.preventDefault();
        if (this.#isMaking) return;
        const form = event.target;
        await this.#try(async () => {
            const made = await this.#make({
                name: form.querySelector("#key-name").value.trim(),
                scopes: [...form.querySelectorAll("[name=scope]:checked")].map(({ value }) => value),
                expires_at: this.#expiry(Number(this.#parts.lifetime.value)),
            });
            this.#show(made.key);
            form.reset();
            await this.#load();
        });
    }

    async #make(key) {
        const button = this.#parts.form.querySelector("[type=submit]");
        this.#isMaking = button.ariaDisabled = true;
        try {
            return await this.#api.createKey(key);
        } finally {
            this.#isMaking = button.ariaDisabled = false;
        }
    }

    /** Shows the key, which is possible only now. */
    #show(key) {
        const field = h("input", { type: "text", id: "made-key", class: "secret", readonly: true, value: key, spellcheck: "false", autocomplete: "off" });
        const copy = h("button", { type: "button", class: "quiet" }, t("keys.copy"));
        copy.addEventListener("click", async () => {
            field.select();
            try {
                await navigator.clipboard.writeText(key);
                setText(copy, t("keys.copied"));
            } catch {
                // It is selected, and can be copied by hand.
            }
        });
        this.#parts.made.replaceChildren(h("label", { class: "label", for: "made-key" }, t("keys.once")), h("div", { class: "copy" }, field, copy));
        field.focus();
        field.select();
    }

    async #revoke(key) {
        if (!(await confirmed(t("keys.revokeQuestion", key.name), t("keys.revoke")))) return;
        await this.#try(async () => {
            await this.#api.revokeKey(key.id);
            await this.#load();
            this.#dialog.querySelector("h2").focus();
        });
    }

    async #try(work) {
        const { problem } = this.#parts;
        problem.hidden = true;
        try {
            await work();
        } catch (error) {
            setText(problem, error.fields?.length ? error.fields.map(({ message }) => sayFault(message)).join(" ") : sayError(error));
            problem.hidden = false;
        }
    }
}
