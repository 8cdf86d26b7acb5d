import { h } from "./dom.js";
import { t } from "./i18n.js";

/** Asks before an action that cannot be undone; true if confirmed. The harmless answer has the focus. */
export function confirmed(question, action) {
    const form = h(
        "form",
        { method: "dialog" },
        h("h2", { id: "confirmation-title" }, question),
        h(
            "div",
            { class: "dialog-actions" },
            h("button", { class: "quiet", value: "no", autofocus: true }, t("confirm.no")),
            h("button", { class: "primary danger", value: "yes" }, action),
        ),
    );
    const dialog = h("dialog", { class: "dialog small", "aria-labelledby": "confirmation-title", role: "alertdialog" }, form);
    document.body.append(dialog);
    return new Promise((resolve) => {
        dialog.addEventListener("close", () => {
            dialog.remove();
            resolve(dialog.returnValue === "yes");
        });
        dialog.showModal();
    });
}
