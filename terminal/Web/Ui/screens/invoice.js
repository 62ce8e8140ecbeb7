// An invoice for a receipt, with the customer's name, address and tax number.

import { post } from "../api.js";
import { dialog, h } from "../dom.js";
import { t } from "../i18n.js";
import { showFault } from "../toast.js";

export async function invoiceFor(receiptNumber) {
  const order = await dialog(t("invoice.title", { receipt: receiptNumber }), close => {
    const input = (name, required, attributes = {}) =>
      h("input", { name, required, maxlength: 80, autocomplete: "off", ...attributes });
    const fields = [
      ["name", input("name", true)], ["street", input("street", true)], ["town", input("town", true)],
      ["tax", input("tax", false, { maxlength: 30 })],
    ];
    return h("form", {
      method: "dialog",
      onsubmit: event => {
        event.preventDefault();
        const form = event.target;
        close({
          receiptNumber, name: form.elements.name.value,
          address: [form.elements.street.value, form.elements.town.value],
          taxNumber: form.elements.tax.value || null,
        });
      },
    }, fields.map(([name, field]) => h("label", {}, h("span", {}, t(`invoice.${name}`)), field)),
    h("div", { class: "actions" }, h("button", { class: "main" }, t("invoice.make"))));
  }, t("close"));
  if (!order) return;
  try {
    const slip = await post("/api/invoices", order);
    await dialog(slip.receiptNumber, () => [
      h("pre", { class: "paper", tabindex: 0 }, slip.text),
      h("p", {}, h("a", { href: `/invoices/${slip.receiptNumber}.pdf`, target: "_blank", rel: "noopener" }, "PDF")),
    ], t("close"));
  } catch (fault) {
    showFault(fault);
  }
}
