// The first start, behind joining: printer and card reader are tried before a customer waits. Each step can be left out;
// the same is under Paper and Set-up later.

import { get, post } from "../api.js";
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { go } from "../router.js";
import { isManager } from "../state.js";
import { showFault } from "../toast.js";
import { onSwipe } from "../wedge.js";
import { printerFields, printerOf } from "./paper.js";

export const path = "setup";
export const icon = null;
export const label = "setup";

const STEPS = ["printer", "reader"];

export function show(root, [step]) {
  const at = Math.max(0, STEPS.indexOf(step));
  let left = false;
  const next = () => { if (!left) go(at + 1 < STEPS.length ? `setup/${STEPS[at + 1]}` : "sell"); };
  const page = (...content) => fill(root, h("section", { class: "form" },
    h("p", { class: "hint" }, t("setup.step", { n: at + 2, of: STEPS.length + 1 })), content));
  const skip = (key, act = next) => h("button", { type: "button", "data-key": "skip", onclick: act }, t(key));
  const onwards = () => h("button", { type: "button", class: "main", "data-key": "onwards", onclick: next },
    t(at + 1 < STEPS.length ? "setup.next" : "setup.done"));

  async function printer() {
    const paper = await get("/api/paper");
    const may = isManager();
    const told = h("p", { role: "status", class: "printed" }, may ? "" : t("setup.printer.manager"));
    const actions = h("div", { class: "actions" },
      may ? h("button", { class: "main", "data-key": "try" }, t("setup.printer.try")) : null, skip("setup.printer.none", noPrinter));
    page(h("h1", {}, t("paper.printer")), h("p", {}, t("setup.printer.what")),
      h("form", { onsubmit: event => { event.preventDefault(); tryPrinter(event.target, told, actions); } },
        printerFields(paper, may), told, actions));
  }

  /** A printer that was tried and does not answer would keep every receipt waiting. */
  async function noPrinter() {
    try {
      if (isManager()) await post("/api/paper/printer", { address: "", paperMillimetres: 80, drawer: true });
      next();
    } catch (fault) {
      showFault(fault);
    }
  }

  async function tryPrinter(form, told, actions) {
    try {
      await post("/api/paper/printer", printerOf(form));
      const { result } = await post("/api/paper/test");
      told.textContent = t(`paper.last.${result ?? "none"}`);
      if (result === "Printed")
        fill(actions, onwards(), h("button", { "data-key": "try" }, t("setup.printer.again")));
    } catch (fault) {
      showFault(fault);
    }
  }

  const reader = () => page(h("h1", {}, t("settings.reader")),
    h("p", { role: "status", class: "readertest" }, t("settings.reader.swipe")),
    h("div", { class: "actions" }, skip("setup.reader.none")));

  if (STEPS[at] === "printer") {
    printer().catch(showFault);
    return () => { left = true; };
  }
  reader();
  const offSwipe = onSwipe(async () => {
    await post("/api/reader/forget").catch(showFault);
    root.querySelector(".readertest").textContent = t("settings.reader.works");
    fill(root.querySelector(".actions"), onwards());
    root.querySelector("[data-key=onwards]").focus();
  });
  return () => { left = true; offSwipe(); };
}
