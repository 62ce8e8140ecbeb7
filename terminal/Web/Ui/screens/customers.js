// Customers: found by name, address or card; their points and purchases; all of it without a line.

import { get, post } from "../api.js";
import { dialog, fill, h, turns } from "../dom.js";
import { ask } from "../form.js";
import { onStatus } from "../events.js";
import { dateTime, money, number } from "../format.js";
import { count, t } from "../i18n.js";
import { isManager } from "../state.js";
import { go } from "../router.js";
import { showFault, toast } from "../toast.js";

export const path = "customers";
export const icon = "customers";
export const label = "customers";

export function show(root) {
  let text = "";
  const list = h("div", {});
  fill(root, h("h1", {}, t("customers")),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "main", onclick: () => write(null) }, t("customers.add"))),
    h("input", {
      type: "search", "aria-label": t("customers.search"), placeholder: t("customers.search.short"),
      oninput: event => { text = event.target.value; draw(); },
    }), list);

  const turn = turns();

  async function draw() {
    const counts = turn();
    try {
      const { customers } = await get(`/api/customers?q=${encodeURIComponent(text)}`);
      if (!counts()) return;
      fill(list, customers.length === 0 ? h("p", { class: "empty" }, t(text.trim() ? "customers.none" : "customers.empty"))
        : h("ul", { class: "rows" }, customers.map(row)));
    } catch (fault) {
      showFault(fault);
    }
  }

  const row = one => h("li", { "data-customer": one.customer },
    h("span", { class: "what" }, one.data.name),
    h("span", { class: "figure" }, count("customers.points", one.points, { points: number(one.points) })),
    h("span", { class: "state" },
      one.tier ? h("span", { class: "tag" }, one.tier) : null,
      one.overdrawn ? h("span", { class: "tag state-Declined" }, t("customers.overdrawn")) : null),
    h("span", { class: "when" }, [one.data.email, one.data.telephone, one.data.card].filter(Boolean).join(" · ")),
    h("span", { class: "actions" },
      h("button", { type: "button", onclick: () => sell(one) }, t("customers.sell")),
      h("button", { type: "button", onclick: () => history(one) }, t("customers.history")),
      h("button", { type: "button", onclick: () => write(one) }, t("customers.edit")),
      isManager() ? h("button", { type: "button", onclick: () => adjust(one) }, t("customers.adjust")) : null,
      isManager() ? h("button", { type: "button", class: "quiet", onclick: () => erase(one) }, t("customers.erase")) : null));

  async function act(promise, sentence) {
    try {
      await promise;
      toast(sentence, "good");
      await draw();
    } catch (fault) {
      showFault(fault);
    }
  }

  async function sell(one) {
    try {
      await post("/api/basket/customer", { customer: one.customer });
      go("sell");
    } catch (fault) {
      showFault(fault);
    }
  }

  async function write(one) {
    const field = (name, attributes = {}) =>
      ({ name, text: t(`customers.${name}`), attributes: { maxlength: 100, value: one?.data[name] ?? "", ...attributes } });
    const answer = await ask(one ? t("customers.edit") : t("customers.add"), [
      field("name", { required: true }), field("email", { type: "email" }),
      field("telephone", { inputmode: "tel" }), field("card"),
    ], t("save"));
    if (answer !== null)
      await act(post("/api/customers", { ...answer, ...(one ? { customer: one.customer } : {}) }), t("customers.saved"));
  }

  async function history(one) {
    try {
      const { purchases } = await get(`/api/customers/purchases?customer=${one.customer}`);
      await dialog(one.data.name, () => purchases.length === 0
        ? h("p", { class: "empty" }, t("customers.nopurchase"))
        : h("ul", { class: "rows" }, purchases.map(buy => h("li", {},
          h("span", { class: "what" }, buy.receiptNumber), h("span", { class: "figure" }, money(buy.total)),
          h("span", { class: "when" }, dateTime(buy.at)),
          h("span", { class: "figure" }, t("customers.earned", { earned: buy.earned, redeemed: buy.redeemed }))))),
      t("close"));
    } catch (fault) {
      showFault(fault);
    }
  }

  async function adjust(one) {
    const answer = await ask(`${t("customers.adjust")}: ${one.data.name}`, [
      { name: "points", text: t("customers.adjust.points"), attributes: { required: true, pattern: "-?\\d{1,6}" } },
      { name: "reason", text: t("customers.adjust.reason"), attributes: { required: true, maxlength: 200 } },
    ], t("save"));
    if (answer !== null)
      await act(post("/api/customers/points", {
        customer: one.customer, points: Number(answer.points), reason: answer.reason,
      }), t("customers.saved"));
  }

  async function erase(one) {
    const sure = await dialog(t("customers.erase"), close => [
      h("p", {}, t("customers.erase.what", { name: one.data.name })),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "main", onclick: () => close(true) }, t("customers.erase")),
        h("button", { type: "button", onclick: () => close(null) }, t("cancel"))),
    ]);
    if (sure) await act(post("/api/customers/erase", { customer: one.customer }), t("customers.erased"));
  }

  draw();
  return onStatus((status, changed) => { if (changed) draw(); });
}
