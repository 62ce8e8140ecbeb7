// Elements without strings of HTML: text is always text, so nothing a product or a customer is called becomes markup.

/**
 * Makes an element. Attributes: `class`, `onclick` and other handlers, ARIA and data attributes; false and null are
 * left out, true is an empty attribute. Children: elements, texts, arrays; null and false are left out.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...flat(children));
  return element;
}

/** Replaces what is in an element; keeps the focus on the element with the same data-key, if there is one. */
export function fill(parent, ...children) {
  const key = parent.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  parent.replaceChildren(...flat(children));
  if (key) parent.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  return parent;
}

function flat(children) {
  return children.flat(Infinity)
    .filter(child => child !== null && child !== undefined && child !== false)
    .map(child => (child instanceof Node ? child : String(child)));
}

/** A dialog on top of the screen; Escape and the button close it. Answers with what `close` was called with. */
export function dialog(title, build, closeLabel) {
  return new Promise(resolve => {
    let answer = null;
    const box = h("dialog", { "aria-labelledby": "dialog-title" });
    const close = value => { answer = value ?? null; box.close(); };
    const x = closeLabel && h("button", { class: "plain", type: "button", onclick: () => close(null) }, closeLabel);
    box.append(h("header", {}, h("h2", { id: "dialog-title" }, title), x), ...[build(close)].flat());
    box.addEventListener("close", () => { box.remove(); resolve(answer); });
    document.body.append(box);
    box.showModal();
  });
}
