// Invoices of a receipt: made with the customer's name and tax number, printed again, mailed, cancelled.

import { get, post } from "../api.js";
import { base } from "../base.js";
import { dialog, h } from "../dom.js";
import { ask } from "../form.js";
import { dateTime, money } from "../format.js";
import { t } from "../i18n.js";
import { isManager } from "../state.js";
import { showFault, toast } from "../toast.js";

/** What there is for a receipt; where nothing stands, the form for one. */
export async function invoiceFor(receiptNumber) {
  try {
    const { invoices, canIssue } = await get(`/api/invoices?receipt=${encodeURIComponent(receiptNumber)}`);
    if (invoices.length === 0) return await issue(receiptNumber);
    const chosen = await dialog(t("invoice.title", { receipt: receiptNumber }), close => [
      h("ul", { class: "rows" }, invoices.map(one => row(one, close))),
      canIssue ? h("div", { class: "actions" },
        h("button", { type: "button", class: "main", onclick: () => close(() => issue(receiptNumber)) },
          t("invoice.make"))) : null,
    ].filter(Boolean), t("close"));
    if (chosen) await chosen();
  } catch (fault) {
    showFault(fault);
  }
}

const row = (one, close) => h("li", { "data-invoice": one.invoiceNumber },
  h("span", { class: "what" }, one.invoiceNumber),
  h("span", { class: "figure" }, money(one.total)),
  h("span", { class: "state" }, h("span", { class: "detail" }, one.party ?? t("invoice.forgotten")),
    one.cancels ? h("span", { class: "tag" }, t("invoice.cancels", { number: one.cancels }))
      : one.credits ? h("span", { class: "tag" }, t("invoice.credits", { number: one.credits })) : null),
  h("span", { class: "when" }, dateTime(one.at)),
  h("span", { class: "actions" },
    h("button", { type: "button", onclick: () => close(() => copy(one)) }, t("invoice.copy")),
    h("button", { type: "button", onclick: () => close(() => mail(one)) }, t("invoice.mail")),
    one.isStanding && isManager()
      ? h("button", { type: "button", onclick: () => close(() => cancel(one)) }, t("invoice.cancel")) : null,
    one.party && isManager() && !one.cancels && !one.credits
      ? h("button", { type: "button", class: "quiet", onclick: () => close(() => forget(one)) }, t("invoice.forget"))
      : null));

async function issue(receiptNumber) {
  const field = (name, required, attributes = {}) =>
    ({ name, text: t(`invoice.${name}`), attributes: { required, maxlength: 80, ...attributes } });
  const order = await ask(t("invoice.title", { receipt: receiptNumber }), [
    field("name", true), field("street", true), field("town", true), field("tax", false, { maxlength: 30 }),
    field("email", false, { type: "email", maxlength: 254 }),
  ], t("invoice.make"));
  if (!order) return;
  await slip(post("/api/invoices", {
    receiptNumber, name: order.name, address: [order.street, order.town],
    taxNumber: order.tax || null, email: order.email || null,
  }));
}

const copy = one => slip(post("/api/invoices/copy", { invoiceNumber: one.invoiceNumber }));

async function mail(one) {
  const answer = await ask(t("invoice.mail.title", { number: one.invoiceNumber }), [
    { name: "email", text: t("invoice.email"), attributes: { type: "email", required: true, maxlength: 254 } },
  ], t("invoice.mail"));
  if (answer) await act(post("/api/invoices/mail", { invoiceNumber: one.invoiceNumber, email: answer.email }), t("invoice.mailed"));
}

async function cancel(one) {
  if (await sure(t("invoice.cancel"), t("invoice.cancel.what", { number: one.invoiceNumber })))
    await slip(post("/api/invoices/cancel", { invoiceNumber: one.invoiceNumber }));
}

async function forget(one) {
  if (await sure(t("invoice.forget"), t("invoice.forget.what", { name: one.party, number: one.invoiceNumber })))
    await act(post("/api/invoices/forget", { invoiceNumber: one.invoiceNumber }), t("invoice.forgot"));
}

const sure = (title, question) => dialog(title, close => [
  h("p", {}, question),
  h("div", { class: "actions" },
    h("button", { type: "button", class: "main", onclick: () => close(true) }, title),
    h("button", { type: "button", onclick: () => close(null) }, t("close"))),
]);

async function act(promise, sentence) {
  try {
    await promise;
    toast(sentence, "good");
  } catch (fault) {
    showFault(fault);
  }
}

async function slip(promise) {
  try {
    await showPaper(await promise, "invoices");
  } catch (fault) {
    showFault(fault);
  }
}

/** A paper as it prints, and as files to give away. */
export function showPaper(paper, kind) {
  const file = type => `${base}/${kind}/${encodeURIComponent(paper.receiptNumber)}.${type}${paper.copy ? `?copy=${paper.copy}` : ""}`;
  const link = type => h("a", { class: "button", href: file(type), target: "_blank", rel: "noopener" }, type.toUpperCase());
  return dialog(paper.receiptNumber, () => [
    h("pre", { class: "paper", tabindex: 0 }, paper.text),
    h("div", { class: "actions" }, link("pdf"), link("html")),
  ], t("close"));
}
