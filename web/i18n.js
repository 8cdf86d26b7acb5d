import en from "./i18n/en.js";
import zh from "./i18n/zh.js";
import { storage } from "./storage.js";

const languages = { en, zh };
const storageKey = "maas.language";

let current = storage.read(storageKey) ?? (navigator.language.startsWith("zh") ? "zh" : "en");
if (!(current in languages)) current = "en";

/** The language of the page: "en" or "zh". */
export const language = () => current;

/** The text named `key` in the page's language; a text with values is a function of them. */
export function t(key, ...values) {
    const text = languages[current][key] ?? en[key];
    return typeof text === "function" ? text(...values) : text;
}

/** The text named `key`, or `fallback`: names that come from a template may have none. */
export const tOr = (key, fallback) => languages[current][key] ?? en[key] ?? fallback;

/** A template's `title` or `description` in the page's language: `x-title-zh` in Chinese. */
export const named = (thing, member) => thing[`x-${member}-${current}`] ?? thing[member];

/** Sets the text of every element with `data-t`, and the label of those with `data-t-label`. */
export function translate(root = document) {
    document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
    for (const element of root.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
    // Marked with its own language, so that a screen reader uses the right voice.
    for (const element of root.querySelectorAll('[data-t="language"]')) element.lang = t("language.code");
    for (const element of root.querySelectorAll("[data-t-label]")) {
        element.setAttribute("aria-label", t(element.dataset.tLabel));
        if (element.matches("button")) element.title = t(element.dataset.tLabel);
    }
}

/** Switches to the other language and tells the page by a `languagechange` event on the document. */
export function switchLanguage() {
    current = current === "en" ? "zh" : "en";
    storage.write(storageKey, current);
    translate();
    document.dispatchEvent(new Event("languagechange"));
}
