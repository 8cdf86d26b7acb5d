/** Makes an element: `h("p", { class: "note", onclick: … }, "text", child)`. Text is always text, never markup. */
export function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === undefined || value === null || value === false) continue;
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        // An attribute of HTML is true by being there, one of ARIA by its value.
        else element.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== undefined && child !== null));
    return element;
}

/** An icon of the sprite in icons.svg; decoration only, the text beside it says the same. */
export function icon(name) {
    const namespace = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(namespace, "svg");
    const use = document.createElementNS(namespace, "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `icons.svg#${name}`);
    svg.append(use);
    return svg;
}

/** Sets text only when it changed, so that a screen reader is not told the same thing twice. */
export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

/** Hides an element or shows it. The focus of one that is hidden goes to its heir, without scrolling there. */
export function setHidden(element, isHidden, heir) {
    const hadFocus = isHidden && element.contains(document.activeElement);
    element.hidden = isHidden;
    if (hadFocus) heir.focus({ preventScroll: true });
}

/**
 * Closes a modal dialog when its backdrop is clicked. The dialog is the target of clicks on its own padding as well, and
 * of a click that began inside: a selection that was drawn beyond the edge.
 */
export function onBackdrop(dialog, close) {
    const isBeside = ({ target, clientX, clientY }) => {
        const { left, right, top, bottom } = dialog.getBoundingClientRect();
        return target === dialog && (clientX < left || clientX > right || clientY < top || clientY > bottom);
    };
    let hasBegun = false;
    dialog.addEventListener("pointerdown", (event) => (hasBegun = isBeside(event)));
    dialog.addEventListener("click", (event) => hasBegun && isBeside(event) && close());
}
