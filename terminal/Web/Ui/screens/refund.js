// Giving a part of a sale back: which goods or how much, why, and to which card or from the drawer. The terminal says
// what the chosen part comes to; the page computes no amount.

import { post } from "../api.js";
import { base } from "../base.js";
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { minorOf, money, plain } from "../format.js";
import { postManaged } from "../pin.js";
import { go } from "../router.js";
import { currency } from "../state.js";
import { showFault } from "../toast.js";
import { tenderLine } from "./tender.js";

export const path = "refund";
export const icon = null;
export const label = "refund";

export function show(root, [receiptNumber]) {
  const view = { plan: null, chosen: new Map(), amount: "", typed: "", tip: false, reason: "", busy: false, left: false, asked: 0 };

  const items = () => [...view.chosen].filter(([, quantity]) => quantity > 0)
    .map(([sku, quantity]) => ({ sku, quantity }));
  const tip = () => (view.tip && view.plan?.tipLeft ? plain(view.plan.tipLeft) : undefined);
  const goods = () => (view.amount !== "" || items().length > 0);
  /** With nothing else chosen the tip goes back alone. */
  const order = () => ({
    receiptNumber, items: view.amount ? [] : items(), amount: view.amount || (tip() && !goods() ? "0" : undefined), tip: tip(),
  });
  const isChosen = () => goods() || tip() !== undefined;

  /** Asks what the choice comes to; of several answers the last question's counts. */
  async function plan() {
    const asked = ++view.asked;
    try {
      const answer = await post("/api/refund/plan", order());
      if (view.left || view.busy || asked !== view.asked) return;
      view.plan = answer;
      draw();
    } catch (fault) {
      showFault(fault);
      if (!view.plan) go("sales");
    }
  }

  function set(sku, quantity) {
    view.amount = view.typed = "";
    view.chosen.set(sku, quantity);
    plan();
  }

  function draw() {
    const { plan: sale } = view;
    fill(root, h("h1", {}, t("refund.title", { receipt: sale.receiptNumber })),
      h("p", { class: "hint" }, t("refund.left", { left: money(sale.left), total: money(sale.total) })),
      sale.left.minor > 0 || sale.tipLeft ? form(sale) : null,
      h("p", {}, h("a", { class: "button quiet", href: "#/sales" }, t("refund.back"))));
  }

  const form = sale => h("form", { onsubmit: event => { event.preventDefault(); give(); } },
    h("ul", { class: "rows" }, sale.lines.filter(line => line.left > 0).map(line)),
    h("div", { class: "actions" }, h("button", { type: "button", "data-key": "all", onclick: all }, t("refund.all"))),
    h("label", {}, h("span", {}, t("refund.amount")), h("input", {
      name: "amount", "data-key": "amount", inputmode: "decimal", autocomplete: "off", value: view.typed,
      oninput: event => amount(event.target.value),
    })),
    sale.tipLeft ? h("label", { class: "check" }, h("input", {
      type: "checkbox", name: "tip", "data-key": "tip", checked: view.tip,
      onchange: event => { view.tip = event.target.checked; plan(); },
    }), h("span", {}, t("refund.tip", { amount: money(sale.tipLeft) }))) : null,
    h("label", {}, h("span", {}, t("sales.void.reason")), h("input", {
      name: "reason", "data-key": "reason", required: true, maxlength: 200, autocomplete: "off", value: view.reason,
      oninput: event => { view.reason = event.target.value; },
    })),
    isChosen() ? chosen(sale) : h("p", { class: "hint" }, t("refund.choose")),
    h("div", { class: "actions" }, h("button", {
      class: "main", "data-key": "give", disabled: !isChosen() || !sale.chosen,
    }, t("refund.give"), isChosen() && sale.chosen ? ` ${money(sale.chosen)}` : "")));

  const chosen = sale => sale.fault
    ? h("p", { class: "refused", role: "alert" }, sale.fault)
    : h("div", { role: "status" }, h("ul", { class: "tenders" }, sale.tenders.map(tenderLine)));

  const line = one => {
    const quantity = view.chosen.get(one.sku) ?? 0;
    const step = (sign, by, key, off) => h("button", {
      type: "button", class: "step", "data-key": `${key}-${one.sku}`, disabled: off,
      "aria-label": t(`refund.${key}`, { name: one.name }), onclick: () => set(one.sku, quantity + by),
    }, sign);
    return h("li", { "data-sku": one.sku },
      h("span", { class: "what" }, one.name, h("small", { class: "detail" }, ` ${t("refund.of", { n: one.left })}`)),
      h("span", { class: "pieces" }, step("−", -1, "less", quantity === 0),
        h("span", { class: "quantity", role: "status" }, quantity),
        step("+", 1, "more", quantity === one.left)));
  };

  function amount(text) {
    const minor = minorOf(text, currency());
    view.typed = text;
    view.amount = minor ? plain({ minor, currency: currency() }) : "";
    view.chosen.clear();
    plan();
  }

  function all() {
    view.amount = view.typed = "";
    for (const one of view.plan.lines) view.chosen.set(one.sku, one.left);
    plan();
  }

  async function give() {
    if (view.busy) return;
    view.busy = true;
    const body = { ...order(), reason: view.reason.trim(), earlier: view.plan.earlier };
    fill(root, h("h1", {}, t("refund.title", { receipt: receiptNumber })),
      h("p", { class: "underway", role: "status" }, t("refund.asking")));
    try {
      done(await postManaged("/api/refund", body,
        [[t("sales.receipt"), receiptNumber], [t("refund.give"), money(view.plan.chosen)], [t("sales.void.reason"), body.reason]]));
    } catch (fault) {
      showFault(fault);
      view.busy = false;
      // What became of it if the answer was lost stands in what is left.
      if (!view.left) await plan();
    }
  }

  function done(given) {
    if (view.left) return;
    const cash = given.tenders.find(tender => tender.kind === "Cash");
    fill(root, h("h1", { class: "sr" }, t("refund")),
      cash ? h("p", { class: "owed change" }, h("span", {}, t("refund.cash")), h("strong", {}, money(cash.amount))) : null,
      h("p", { class: "sold", role: "status" },
        t("refund.done", { receipt: given.receiptNumber, total: money(given.total) })),
      h("ul", { class: "tenders" }, given.tenders.map(tenderLine)),
      given.tenders.some(tender => tender.kind === "Card") ? h("p", { class: "hint" }, t("refund.later")) : null,
      h("div", { class: "actions" },
        h("button", { type: "button", class: "main", "data-key": "next", onclick: () => go("sales") }, t("refund.back"))),
      given.creditNote ? h("p", {}, t("refund.note", { number: given.creditNote }), " ",
        h("a", { class: "button", href: `${base}/invoices/${given.creditNote}.pdf`, target: "_blank", rel: "noopener" }, "PDF")) : null,
      h("details", {}, h("summary", {}, t("pay.receipt")), h("pre", { class: "paper", tabindex: 0 }, given.slip)));
    root.querySelector("[data-key=next]")?.focus();
  }

  plan();
  return () => { view.left = true; };
}
