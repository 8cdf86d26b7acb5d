import { APIError } from "./api.js";
import { language, t, tOr } from "./i18n.js";

/** The service's messages about fields, and their translations. A test of the gateway (`+PageFaults`) compares the two. */
const faults = [
    [/^(?:is required|must not be blank)/, "fault.required"],
    [/^must be a JPEG, PNG or WebP/, "fault.pictureType"],
    [/^must not be animated/, "fault.pictureAnimated"],
    [/^may have (\S+) at most/, "fault.tooLarge"],
    [/pixels; a side may be/, "fault.pictureShape"],
    [/pixels/, "fault.pixels"],
    [/^is truncated/, "fault.pictureTruncated"],
    [/^(?:names a task|is no longer there)/, "fault.pictureGone"],
    [/^is not taken by the template/, "fault.noPicture"],
    [/^(?:must |makes a job of)/, "fault.value"],
];

/** What a proxy means that answers in the service's place, without a code. */
const codes = { 401: "unauthorized", 413: "content_too_large", 429: "too_many_requests" };

/**
 * An error of the service, in the page's language. Its code has a translation; an English page otherwise shows the
 * service's own message.
 */
export function sayError(error) {
    if (!(error instanceof APIError)) return t("error.page");
    if (error.status === 0) return t("error.network");
    const known = tOr(`problem.${error.code ?? codes[error.status]}`, null);
    if (known) return known;
    if (error.status >= 500) return t("error.server");
    return (language() === "en" && error.message) || t("error.refused");
}

/** A fault of one field, in the page's language. */
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
