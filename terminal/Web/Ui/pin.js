// A PIN by touch or keyboard: who it is, then digits. Used to sign in and for a manager's approval.

import { get, post } from "./api.js";
import { dialog, fill, h } from "./dom.js";
import { money, percent } from "./format.js";
import { t } from "./i18n.js";
import { showFault } from "./toast.js";

const DIGITS_MAX = 8;

/**
 * The pad; calls `done({person, pin})` with what was typed. The digits are shown as dots only.
 * @param people those who may be chosen; `chosen` is chosen already.
 */
export function pinPad(people, done, chosen = null) {
  const view = { person: chosen ?? (people.length === 1 ? people[0].person : null), pin: "" };
  const dots = h("p", { class: "dots", role: "status", "aria-label": t("pin.typed", { n: 0 }) });
  const names = h("div", { class: "chips names", role: "group", "aria-label": t("pin.who") });
  const box = h("div", { class: "pinpad" }, names, dots);

  const draw = () => {
    dots.textContent = view.pin ? "●".repeat(view.pin.length) : t(view.person ? "pin.type" : "pin.choose");
    dots.setAttribute("aria-label", t("pin.typed", { n: view.pin.length }));
    fill(names, people.map(one => h("button", {
      type: "button", class: "chip", "data-key": `p-${one.person}`, "data-person": one.person,
      "aria-pressed": String(view.person === one.person),
      onclick: () => { view.person = one.person; view.pin = ""; draw(); },
    }, one.name)));
  };
  const digit = n => { if (view.person && view.pin.length < DIGITS_MAX) { view.pin += n; draw(); } };
  const erase = () => { view.pin = view.pin.slice(0, -1); draw(); };
  const enter = async () => {
    if (!view.person || view.pin.length < 4) return;
    const typed = { person: view.person, pin: view.pin };
    view.pin = "";
    draw();
    await done(typed);
  };
  const key = (text, act, extra = {}) => h("button", { type: "button", onclick: act, ...extra }, text);
  box.append(h("div", { class: "keys" },
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map(n => key(n, () => digit(String(n)))),
    key("⌫", erase, { "aria-label": t("pin.erase") }), key(0, () => digit("0")),
    key(t("pin.enter"), enter, { class: "main", "data-key": "enter" })));
  box.addEventListener("keydown", event => {
    if (/^\d$/.test(event.key)) digit(event.key);
    else if (event.key === "Backspace") erase();
    else if (event.key === "Enter" && view.pin.length >= 4 && !event.target.closest(".keys")) {
      event.preventDefault();
      enter();
    }
  });
  draw();
  return box;
}

/** Asks for a manager and their PIN; null when nobody gave one. `facts` are [name, figure]: what the PIN lets pass. */
export async function askManager(sentence, facts = []) {
  const { people } = await get("/api/people");
  return dialog(t("pin.manager"), close => [
    h("p", {}, sentence),
    facts.length > 0 ? h("dl", { class: "asked" }, facts.map(([name, figure]) =>
      h("div", {}, h("dt", {}, name), h("dd", {}, figure)))) : [],
    pinPad(people.filter(one => one.role === "Manager"), typed => close(typed)),
  ], t("close"));
}

/** Posts; where the terminal wants a manager, one is asked, and the same is posted with the PIN. */
export async function postManaged(path, body, facts = []) {
  try {
    return await post(path, body);
  } catch (fault) {
    if (fault.code !== "ManagerNeeded") throw fault;
    const manager = await askManager(fault.sentences.join(" "), fault.asked ? discountFacts(fault.asked) : facts);
    if (!manager) throw fault;
    return post(path, { ...body, manager });
  }
}

const discountFacts = asked => [
  ...(asked.article ? [[t("pin.asked.article"), asked.article]] : []),
  [t("pin.asked.price"), t("pin.asked.fromto", { from: money(asked.from), to: money(asked.to) })],
  // A tenth more rather than less: what the minor unit rounds away is nothing that anybody typed.
  [t("pin.asked.share"), percent(Math.ceil(asked.basisPoints / 10) * 10)],
  [t("pin.asked.limit"), percent(asked.limitBasisPoints)],
];

/** Signs in; false, with the reason shown, when the PIN is not right. */
export async function signIn(typed) {
  try {
    await post("/api/people/signin", typed);
    return true;
  } catch (fault) {
    showFault(fault);
    return false;
  }
}
