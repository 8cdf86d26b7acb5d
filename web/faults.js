import { APIError } from "./api.js";
import { language, t, tOr } from "./i18n.js";

/** What the service says of fields, in its own words, and what the page calls it. */
const faults = [
    [/^(?:is required|must not be blank)/, "fault.required"],
    [/^must be a JPEG, PNG or WebP/, "fault.pictureType"],
    [/^may have (\S+) at most/, "fault.tooLarge"],
    [/pixels/, "fault.pixels"],
    [/^is cut off/, "fault.pictureCut"],
    [/^names a task/, "fault.pictureGone"],
    [/^is not taken by the template/, "fault.noPicture"],
    [/^must (?:be|have)/, "fault.value"],
];

/**
 * Why the service said no, as a sentence of the page's language. The service speaks English; what it says is known by
 * its code, and on an English page its own words say most.
 */
export function sayError(error) {
    if (!(error instanceof APIError)) return t("error.page");
    if (error.status === 0) return t("error.network");
    const known = tOr(`problem.${error.code}`, null);
    if (known) return known;
    if (error.status >= 500) return t("error.server");
    return language() === "en" ? error.message : t("error.refused");
}

/** What is wrong with one field. */
export function sayFault(message) {
    if (language() === "en") return message.charAt(0).toUpperCase() + message.slice(1) + (/[.?!]$/.test(message) ? "" : ".");
    for (const [pattern, key] of faults) {
        const match = pattern.exec(message);
        if (match) return t(key, ...match.slice(1));
    }
    return t("fault.other");
}

/** Why a task failed: `{ code, message }`. */
export function sayFailure(failure) {
    if (!failure) return t("card.failed");
    if (language() === "en" && failure.message) return failure.message;
    return tOr(`failure.${failure.code}`, t("card.failed"));
}
