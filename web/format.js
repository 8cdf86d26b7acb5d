import { language, t } from "./i18n.js";

/** A duration in words: "8 s", "2 min 10 s", "1 h 5 min". */
export function duration(seconds) {
    const whole = Math.max(1, Math.round(seconds));
    if (whole < 60) return t("duration.seconds", whole);
    // Beyond five minutes seconds do not matter.
    if (whole < 300) return t("duration.minutes", Math.floor(whole / 60), whole % 60);
    const minutes = Math.round(whole / 60);
    if (minutes < 60) return t("duration.minutes", minutes, 0);
    return t("duration.hours", Math.floor(minutes / 60), minutes % 60);
}

/** "5 minutes ago", in the page's language. What is in the future of a clock that is slow is now. */
export function ago(date) {
    const seconds = (Date.now() - date) / 1000;
    for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
        // By the number, not "yesterday": that is another day than the one before these 24 hours.
        if (seconds >= size) return new Intl.RelativeTimeFormat(language()).format(-Math.floor(seconds / size), unit);
    }
    return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(0, "second");
}

/** The date and the time of day: "24 Nov, 08:05:12". */
export function clock(value) {
    const format = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
    return format.format(moment(value));
}

/** "24 Nov 2026". */
export function day(value) {
    return new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short", year: "numeric" }).format(moment(value));
}

/** "1.4 MB". */
export function bytes(count) {
    const [unit, size] = count < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
    return new Intl.NumberFormat(language(), { style: "unit", unit, maximumFractionDigits: 1 }).format(count / size);
}

/** A time from the service (RFC 3339). */
export function moment(value) {
    return new Date(value);
}
