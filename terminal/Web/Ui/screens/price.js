// What does it cost? A scan, a code or a name, and nothing goes into the basket unless that is asked for.

import { get } from "../api.js";
import { dialog, fill, h } from "../dom.js";
import { t, count } from "../i18n.js";
import { money, number, percent } from "../format.js";
import { showFault } from "../toast.js";

const CHOICES_MAX = 8;

/** One look after the other, as scans come; closes with the SKU that is to be sold after all, or with null. */
export const checkPrice = () => dialog(t("price"), close => {
  const input = h("input", { name: "code", enterkeyhint: "search", autocomplete: "off", maxlength: 80, "aria-label": t("sell.search"), placeholder: t("sell.search") });
  const answer = h("div", { class: "answer", role: "status" }, h("p", { class: "hint" }, t("price.what")));

  async function look(text) {
    if (!text) return;
    try {
      const { products, more } = await get(`/api/products?${new URLSearchParams({ q: text })}`);
      const one = products.find(p => p.ean === text || p.sku.toLowerCase() === text.toLowerCase())
        ?? (products.length === 1 && !more ? products[0] : null);
      if (one) await tell(one.sku);
      else if (products.length === 0) await tell(text);
      else choose(products, more);
    } catch (fault) {
      // What the dialog stands over is not to be seen: the answer belongs here.
      if (fault.code === "BadInput") fill(answer, h("p", { class: "refused" }, t("price.none", { text })));
      else { close(null); showFault(fault); }
    }
    input.focus();
    // What was typed since is the next question.
    if (input.value.trim() === text) input.select();
  }

  /** Withdrawn goods are found by their code only: the shelf may hold some still. */
  async function tell(code) {
    const product = await get(`/api/product?${new URLSearchParams({ code })}`);
    const elsewhere = product.elsewhere.map(one => `${one.store}: ${number(one.quantity)}`).join(", ");
    fill(answer, h("p", { class: "name" }, product.name),
      h("p", { class: "owed" }, h("span", {}, t("price.tax", { rate: percent(product.taxBasisPoints) })), h("strong", {}, money(product.price))),
      h("p", {}, t("price.here"), " ", h("strong", { class: product.quantity <= 0 ? "stock none" : "stock" },
        product.quantity <= 0 ? t("sell.stock.none") : count("sell.stock", product.quantity))),
      elsewhere ? h("p", {}, t("price.elsewhere"), " ", elsewhere) : null,
      h("p", { class: "hint" }, [product.category, product.sku, product.ean].filter(Boolean).join(" · ")),
      product.withdrawn ? h("p", { class: "refused" }, t("price.withdrawn"))
        : h("div", { class: "actions" }, h("button", { type: "button", "data-key": "take", onclick: () => close(product.sku) }, t("price.take"))));
  }

  const choose = (products, more) => fill(answer,
    h("p", { class: "hint" }, t(more || products.length > CHOICES_MAX ? "price.many" : "price.which")),
    h("div", { class: "choices" }, products.slice(0, CHOICES_MAX).map(product => h("button", {
      type: "button", "data-sku": product.sku, onclick: () => tell(product.sku).catch(fault => { close(null); showFault(fault); }),
    }, h("span", { class: "name" }, product.name), h("span", { class: "figure" }, money(product.price))))));

  return [
    h("form", { class: "searchrow", onsubmit: event => { event.preventDefault(); look(input.value.trim()); } },
      input, h("button", { class: "main", "data-key": "look" }, t("price.look"))),
    answer,
  ];
}, t("close"));
