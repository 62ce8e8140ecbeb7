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

/** A finger that stays down longer does not hold a screen back. */
const PRESS_MAX = 3000;
/** Between lifting the finger and the click that comes of it; a slow handheld makes a tap of a touch later. */
const CLICK_WAIT = 300;

let pressed = null;
let release = 0;
const held = new Map();

/** A click needs the same element when the finger comes down and when it is lifted: until then nothing around it is exchanged. */
export function holdWhilePressed() {
  addEventListener("pointerdown", event => { pressed = event.target; letGo(PRESS_MAX); }, { capture: true });
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => letGo(CLICK_WAIT), { capture: true });
  // Before the element's own listener, which may draw: what was held is older than that.
  addEventListener("click", () => { pressed = null; letGo(0); }, { capture: true });
}

function letGo(wait) {
  clearTimeout(release);
  release = setTimeout(() => {
    pressed = null;
    for (const [parent, children] of [...held]) fill(parent, ...children);
  }, wait);
}

/**
 * Replaces what is in an element, as soon as no finger is on it; keeps the focus on the element with the same data-key, or
 * else on the one that says the same at the same turn.
 */
export function fill(parent, ...children) {
  held.delete(parent);
  if (pressed && parent.contains(pressed)) { held.set(parent, children); return parent; }
  const focused = parent.contains(document.activeElement) ? placeOf(document.activeElement, parent) : null;
  parent.replaceChildren(...flat(children));
  focused?.()?.focus({ preventScroll: true });
  return parent;
}

/**
 * For a screen that asks again whenever something changed: each question takes a turn, and its answer counts unless the one
 * to a newer question was there first. Of two answers that overtake each other the newer stays on the screen.
 */
export function turns() {
  let [asked, shown] = [0, 0];
  return () => {
    const turn = ++asked;
    return () => turn > shown && (shown = turn) > 0;
  };
}

/** How to find an element again once what is around it was drawn anew. */
function placeOf(element, root) {
  const { key } = element.dataset;
  if (key) return () => root.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (element === root || !element.matches("button, a, summary")) return () => null;
  const alike = () => [...root.querySelectorAll(element.localName)].filter(one => one.textContent === element.textContent);
  const turn = alike().indexOf(element);
  return () => alike()[turn];
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
    const back = placeOf(document.activeElement, document.body);
    const box = h("dialog", { "aria-labelledby": "dialog-title" });
    const close = value => { answer = value ?? null; box.close(); };
    const x = closeLabel && h("button", { class: "plain", type: "button", onclick: () => close(null) }, closeLabel);
    box.append(h("header", {}, h("h2", { id: "dialog-title" }, title), x), ...[build(close)].flat());
    box.addEventListener("close", () => {
      // What was said in it is still to be read.
      document.getElementById("toast").append(...box.querySelectorAll(".toasts > *"));
      box.remove();
      // The screen below may have been drawn anew meanwhile, and what was pressed with it.
      if (document.activeElement === document.body) back()?.focus({ preventScroll: true });
      resolve(answer);
    });
    document.body.append(box);
    box.showModal();
    // Where something is to be typed or chosen the keyboard begins there, and not at what closes it.
    box.querySelector("input:not([readonly]), select, .pinpad button, .choices button")?.focus();
  });
}
