// The drawer: who has it, what should be in it, and what was counted.

import { get, post } from "../api.js";
import { fill, h, turns } from "../dom.js";
import { ask } from "../form.js";
import { onStatus } from "../events.js";
import { dateTime, money } from "../format.js";
import { t, whoIs } from "../i18n.js";
import { showFault, toast } from "../toast.js";

export const path = "shift";
export const icon = "shift";
export const label = "shift";

export function show(root) {
  // Made once per screen, so that two taps open one shift.
  let next = newId();
  const turn = turns();

  async function draw() {
    const counts = turn();
    try {
      const { open, shifts } = await get("/api/shifts");
      if (!counts()) return;
      fill(root, h("h1", {}, t("shift")), open ? opened(open) : closed(),
        h("h2", {}, t("shift.past")),
        shifts.length === 0 ? h("p", { class: "empty" }, t("shift.none"))
          : h("ul", { class: "rows" }, shifts.map(row)));
    } catch (fault) {
      showFault(fault);
    }
  }

  const opened = open => h("section", { class: "drawer" },
    h("p", {}, t("shift.since", { who: whoIs(open.cashier), time: open.at ? dateTime(open.at) : "?" })),
    h("p", { class: "owed" }, h("span", {}, t("shift.expected")), h("strong", {}, money(open.expected))),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "main", onclick: () => close() }, t("shift.close")),
      h("button", { type: "button", onclick: () => cash(false) }, t("shift.in")),
      h("button", { type: "button", onclick: () => cash(true) }, t("shift.out"))));

  const closed = () => h("section", { class: "drawer" },
    h("p", {}, t("shift.noneopen")),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "main", onclick: () => begin() }, t("shift.open"))));

  const row = shift => h("li", {},
    h("span", { class: "what" }, whoIs(shift.cashier)),
    h("span", { class: "figure" }, t("shift.counted", { amount: money(shift.counted) })),
    h("span", { class: "when" }, shift.at ? dateTime(shift.at) : ""),
    h("span", { class: `tag ${shift.difference?.minor === 0 ? "state-Approved" : "state-Declined"}` },
      shift.difference?.minor === 0 ? t("shift.right") : t("shift.difference", { amount: money(shift.difference) })));

  const amountField = name =>
    ({ name: "amount", text: t(name), attributes: { inputmode: "decimal", required: true } });

  const typed = answer => answer.amount.replace(",", ".");

  async function act(path, body, sentence) {
    try {
      await post(path, body);
      toast(t(sentence), "good");
      next = newId();
      await draw();
    } catch (fault) {
      showFault(fault);
    }
  }

  async function begin() {
    const answer = await ask(t("shift.open"), [amountField("shift.float")], t("shift.open"));
    if (answer) await act("/api/shifts/open", { shift: next, amount: typed(answer) }, "shift.opened");
  }

  async function close() {
    const answer = await ask(t("shift.close"), [amountField("shift.count")], t("shift.close"));
    if (answer) await act("/api/shifts/close", { amount: typed(answer) }, "shift.closed");
  }

  async function cash(isOut) {
    const title = t(isOut ? "shift.out" : "shift.in");
    const answer = await ask(title, [
      amountField("shift.amount"),
      { name: "reason", text: t("shift.reason"), attributes: { required: true, maxlength: 200 } },
    ], title);
    if (answer) await act("/api/shifts/cash", { amount: typed(answer), isOut, reason: answer.reason }, "shift.moved");
  }

  draw();
  return onStatus((status, changed) => { if (changed) draw(); });
}

const newId = () => [...crypto.getRandomValues(new Uint8Array(16))]
  .map(byte => byte.toString(16).padStart(2, "0")).join("");
