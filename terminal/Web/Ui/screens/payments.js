// Card payments: what waits for its outcome and how much is at risk, what became of the others, and attempts that
// nobody knows the end of. Nothing is called paid that an issuer did not approve.

import { get, post } from "../api.js";
import { dialog, fill, h, turns } from "../dom.js";
import { t, count } from "../i18n.js";
import { onStatus } from "../events.js";
import { dateTime, money, span } from "../format.js";
import { postManaged } from "../pin.js";
import { go } from "../router.js";
import { state, secondsSinceStatus } from "../state.js";
import { showFault, toast } from "../toast.js";
import { approvalTag } from "./tender.js";

export const path = "payments";
export const icon = "payments";
export const label = "payments";

export function show(root) {
  const turn = turns();

  async function draw() {
    const counts = turn();
    try {
      const { payments, unknown } = await get("/api/payments");
      if (!counts()) return;
      const waiting = payments.filter(payment => payment.atRisk);
      const refused = payments.filter(payment => !payment.atRisk && isLost(payment));
      // An attempt without an end is listed once, on top.
      const others = payments.filter(one => !one.atRisk && !isLost(one) && one.state !== "Attempted");
      fill(root,
        h("h1", {}, t("payments")),
        unknown.length > 0 ? section("unknown", unknown.map(unknownRow)) : null,
        section("waiting", waiting.map(row), total(waiting)),
        state.status?.unsent > 0 ? h("p", { class: "sendnow" },
          h("button", { type: "button", "data-key": "send", onclick: send }, t("payments.send"))) : null,
        refused.length > 0 ? section("declined", refused.map(row)) : null,
        section("settled", others.map(row)));
    } catch (fault) {
      showFault(fault);
    }
  }

  /** It is tried by itself, with longer and longer rests; whoever sees that the line is back need not wait for the next. */
  async function send() {
    await post("/api/forward").then(() => toast(t("payments.sending"), "good"), showFault);
  }

  const section = (name, rows, note = null) => h("section", { class: `list ${name}` },
    h("h2", {}, t(`payments.${name}`)),
    rows.length > 0 || name === "waiting" ? h("p", { class: "hint" }, note ?? t(`payments.${name}.hint`)) : null,
    rows.length > 0 ? h("ul", { class: "rows" }, rows) : name === "waiting" ? null : h("p", { class: "empty" }, t("payments.none")));

  const total = waiting => waiting.length === 0 ? null : count("payments.atrisk", waiting.length, {
    amount: money({ minor: waiting.reduce((sum, one) => sum + one.amount.minor, 0), currency: waiting[0].amount.currency }),
  });

  const row = payment => h("li", { "data-payment": payment.payment, "data-state": payment.state },
    h("span", { class: "what" }, payment.receiptNumber ?? t("payments.nosale"),
      payment.lastFour ? ` · ${payment.scheme} •••• ${payment.lastFour}` : ""),
    h("span", { class: "figure" }, money(payment.amount)),
    h("span", { class: "state" }, payment.approval !== "None" ? approvalTag(payment.approval, !payment.atRisk) : null,
      h("span", { class: `tag state-${payment.state}` }, t(`state.${payment.state}`)),
      payment.responseCode ? h("span", { class: "code" }, t("payments.code", { code: payment.responseCode })) : null,
      payment.available ? h("span", { class: "tag available" }, t("payments.had", { amount: money(payment.available) })) : null),
    pieces(dateTime(payment.at),
      payment.atRisk ? t("payments.age", { span: span(ageOf(payment)) }) : null,
      ...(isLost(payment) ? contact(payment) : []),
      payment.deadline ? t("payments.deadline", { time: dateTime(payment.deadline) }) : null));

  /** A line is broken between them, not within one that fits. */
  const pieces = (...texts) => h("span", { class: "when" }, texts.filter(Boolean).map((text, i, all) =>
    [h("span", { class: "piece" }, i < all.length - 1 ? `${text} ·` : text), " "]));

  /** Who writes to whom: the address itself is the back office's alone; a customer of the shop is known here. */
  const contact = ({ contact, customer }) => [
    customer ? t("payments.customer", { who: [customer.name, customer.telephone, customer.email].filter(Boolean).join(", ") }) : null,
    contact || !customer ? t(contact ? "payments.contact" : "payments.nocontact") : null,
  ];

  const ageOf = payment =>
    (new Date(state.status?.now ?? payment.at) - new Date(payment.at)) / 1000 + secondsSinceStatus();

  const unknownRow = attempt => h("li", { "data-payment": attempt.payment },
    h("span", { class: "what" }, t(attempt.mayBeCharged ? "payments.maybe" : "payments.notasked")),
    h("span", { class: "figure" }, money(attempt.amount)),
    pieces(dateTime(attempt.at),
      t("payments.age", { span: span(ageOf(attempt)) }),
      t("payments.deadline", { time: dateTime(attempt.deadline) }),
      attempt.atCounter ? null : t(attempt.isParked ? "payments.take.parked" : "payments.take.gone")),
    h("span", { class: "actions" },
      attempt.atCounter
        ? h("button", { type: "button", "data-key": "take", onclick: () => take(attempt) }, t("payments.take")) : null,
      h("button", { type: "button", onclick: () => abandon(attempt) }, t("payments.abandon"))));

  /** The basket is sold with it: asked once more under its own id, or kept at the shop's risk. */
  async function take(attempt) {
    const sure = await dialog(t("payments.take.title"), close => [
      h("p", {}, t("payments.take.what", { amount: money(attempt.amount) })),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "main", "data-key": "sure", onclick: () => close(true) }, t("payments.take")),
        h("button", { type: "button", onclick: () => close(null) }, t("payments.keep"))),
    ]);
    if (!sure) return;
    try {
      const paid = await postManaged("/api/payments/keep", { payment: attempt.payment }, [[t("pay.owed"), money(attempt.amount)]]);
      if (paid.status === "Completed") {
        toast(`${t("pay.sold", { total: money(paid.total) })} · ${paid.receiptNumber}`, "good");
        go("sales");
      } else if (paid.status === "PartPaid") go("pay");
      else {
        showFault(paid);
        await draw();
      }
    } catch (fault) {
      showFault(fault);
    }
  }

  async function abandon(attempt) {
    const sure = await dialog(t("payments.abandon.title"), close => [
      h("p", {}, t("payments.abandon.what", { amount: money(attempt.amount) })),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "main", onclick: () => close(true) }, t("payments.abandon")),
        h("button", { type: "button", onclick: () => close(null) }, t("payments.keep"))),
    ]);
    if (!sure) return;
    try {
      await post("/api/payments/abandon", { payment: attempt.payment, reason: t("payments.abandon.reason") });
      toast(t("payments.abandoned"), "good");
      await draw();
    } catch (fault) {
      showFault(fault);
    }
  }

  draw();
  return onStatus((status, changed) => { if (changed) draw(); });
}

const isLost = payment =>
  payment.approval === "Deferred" && (payment.state === "Declined" || payment.state === "Expired");
