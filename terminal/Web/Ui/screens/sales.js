// What was sold: receipts that may not have printed, and taking a sale back, all of it or a part.

import { get, post } from "../api.js";
import { dialog, fill, h, turns } from "../dom.js";
import { t } from "../i18n.js";
import { invoiceFor, showPaper } from "./invoice.js";
import { onStatus } from "../events.js";
import { date, dateTime, money, shopDay, shopTime } from "../format.js";
import { postManaged } from "../pin.js";
import { go } from "../router.js";
import { showFault, toast } from "../toast.js";
import { tenderLine } from "./tender.js";

export const path = "sales";
export const icon = "sales";
export const label = "sales";

export function show(root) {
  const list = h("div");
  const turn = turns();

  /** What is typed above the list stays when the list changes. */
  async function draw() {
    const counts = turn();
    try {
      const { sales, openRefunds, foreign } = await get("/api/sales");
      if (!counts()) return;
      fill(list,
        openRefunds.length > 0 ? h("section", { class: "card openrefunds" }, h("h2", {}, t("refund.open")),
          h("p", { class: "hint" }, t("refund.open.what")), h("ul", { class: "rows" }, openRefunds.map(open))) : null,
        foreign.length > 0 ? h("section", { class: "list elsewhere" }, h("h2", {}, t("sales.elsewhere")),
          h("ul", { class: "rows" }, foreign.map(elsewhere))) : null,
        sales.length > 0 ? h("ul", { class: "rows" }, sales.map(row)) : h("p", { class: "empty" }, t("sales.none")));
    } catch (fault) {
      showFault(fault);
    }
  }

  /** A refund whose answer was lost: asked again under its own ids, never made a second time. */
  const open = one => h("li", { "data-open-refund": one.receiptNumber },
    h("span", { class: "what" }, one.receiptNumber),
    h("span", { class: "figure" }, money(one.total)),
    h("span", { class: "state" }, one.reason),
    h("span", { class: "when" }, dateTime(one.at)),
    h("span", { class: "actions" },
      h("button", { type: "button", class: "main", "data-key": `again-${one.sale}`, onclick: () => again(one) }, t("refund.open.again")),
      h("button", { type: "button", onclick: () => letGo(one) }, t("refund.open.giveup"))));

  async function again(one) {
    try {
      const given = await post("/api/refund/again", { sale: one.sale });
      await dialog(t("refund.title", { receipt: given.receiptNumber }), () => [
        h("p", { class: "sold", role: "status" }, t("refund.done", { receipt: given.receiptNumber, total: money(given.total) })),
        h("ul", { class: "tenders" }, given.tenders.map(tenderLine)),
        h("pre", { class: "paper", tabindex: 0 }, given.slip),
      ], t("close"));
    } catch (fault) {
      showFault(fault);
    }
    await draw();
  }

  async function letGo(one) {
    const sure = await dialog(t("refund.open.giveup"), close => [
      h("p", {}, t("refund.open.giveup.what", { amount: money(one.total) })),
      h("div", { class: "actions" }, h("button", { type: "button", class: "main", onclick: () => close(true) }, t("refund.open.giveup"))),
    ], t("close"));
    if (!sure) return;
    await post("/api/refund/giveup", { sale: one.sale }).catch(showFault);
    await draw();
  }

  /** Given back here, sold at another till: what the card's bank said is news for the till that gave it. */
  const elsewhere = one => h("li", { "data-receipt": one.receiptNumber },
    h("span", { class: "what" }, one.receiptNumber),
    h("span", { class: "figure" }, money(one.amount)),
    h("span", { class: "state" }, toCard(one)));

  /** A receipt of another till is typed or scanned; the back office knows what is left of it. */
  const foreignForm = () => h("form", {
    class: "foreign", "data-key": "foreign",
    onsubmit: event => {
      event.preventDefault();
      const number = event.target.elements.receipt.value.trim().toUpperCase();
      if (number) go(`refund/${encodeURIComponent(number)}`);
    },
  }, h("label", {}, h("span", {}, t("sales.foreign")), h("input", {
    name: "receipt", required: true, maxlength: 30, autocomplete: "off", autocapitalize: "characters",
    spellcheck: "false", placeholder: "T0000002-1-000042",
  })), h("button", {}, t("sales.foreign.go")));

  /** Sold past midnight it belongs to the day before: that is said beside the clock. */
  function when({ at, businessDate }) {
    if (!at) return date(businessDate);
    return shopDay(at) === date(businessDate) ? shopTime(at) : `${shopTime(at)} · ${t("sales.day", { day: date(businessDate) })}`;
  }

  const row = sale => h("li", { "data-receipt": sale.receiptNumber },
    h("span", { class: "what" }, sale.receiptNumber),
    h("span", { class: "figure" }, money(sale.total)),
    h("span", { class: "state" },
      sale.voided ? h("span", { class: "tag state-Voided" }, t("sales.voided")) : null,
      sale.given ? h("span", { class: "tag given-back" }, t("sales.given", { amount: money(sale.given) })) : null,
      sale.toCards.map(toCard),
      sale.printed ? null : h("span", { class: "tag unprinted" }, t("sales.unprinted"))),
    h("span", { class: "when" }, when(sale)),
    h("span", { class: "actions" },
      h("button", { type: "button", onclick: () => copy(sale) }, t("sales.copy")),
      sale.voided && !sale.invoiced ? null
        : h("button", { type: "button", onclick: () => invoiceFor(sale.receiptNumber) }, t("invoice")),
      sale.voided || sale.allGiven ? null
        : h("a", { class: "button", "data-key": `refund-${sale.receiptNumber}`,
          href: `#/refund/${encodeURIComponent(sale.receiptNumber)}` }, t("refund")),
      sale.voided || sale.given ? null : h("button", { type: "button", onclick: () => take(sale) }, t("sales.void"))));

  /** Never "given back" for what the card's bank has not said yes to. */
  const toCard = one => h("span", { class: `tag state-${one.state}` },
    t(`sales.tocard.${["Approved", "Batched", "Settled"].includes(one.state) ? "done" : ["Declined", "Expired"].includes(one.state) ? "refused" : "waits"}`,
      { amount: money(one.amount) }));

  async function copy(sale) {
    try {
      const slip = await post("/api/sales/copy", { receiptNumber: sale.receiptNumber });
      await showPaper(slip, "receipts");
    } catch (fault) {
      showFault(fault);
    }
  }

  async function take(sale) {
    const reason = await dialog(t("sales.void.title", { receipt: sale.receiptNumber }), close => {
      const input = h("input", { name: "reason", required: true, maxlength: 200, autocomplete: "off" });
      return h("form", {
        method: "dialog", onsubmit: event => { event.preventDefault(); close(input.value.trim()); },
      }, h("p", {}, t("sales.void.what", { total: money(sale.total) })),
      h("label", {}, h("span", {}, t("sales.void.reason")), input),
      h("div", { class: "actions" }, h("button", { class: "main" }, t("sales.void"))));
    }, t("close"));
    if (!reason) return;
    try {
      await postManaged("/api/sales/void", { receiptNumber: sale.receiptNumber, reason },
        [[t("sales.receipt"), sale.receiptNumber], [t("refund.give"), money(sale.total)], [t("sales.void.reason"), reason]]);
      toast(t("sales.void.done", { receipt: sale.receiptNumber }), "good");
      await draw();
    } catch (fault) {
      showFault(fault);
    }
  }

  fill(root, h("h1", {}, t("sales")), foreignForm(), list);
  draw();
  return onStatus((status, changed) => { if (changed) draw(); });
}
