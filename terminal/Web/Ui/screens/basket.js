// The basket beside the products: lines, quantities, discounts, taxes, parking.

import { get, post } from "../api.js";
import { postManaged } from "../pin.js";
import { dialog, h } from "../dom.js";
import { t, count } from "../i18n.js";
import { dateTime, minorOf, money, percent, plain } from "../format.js";
import { currency } from "../state.js";

/** @param actions act(promise of a basket) shows it or the fault; pay() goes on. */
export function basketPanel(basket, actions) {
  const isEmpty = basket.lines.length === 0;
  return [
    h("ul", { class: "lines" }, basket.lines.map((line, index) => lineOf(line, index, actions))),
    isEmpty ? h("p", { class: "empty" }, t("basket.empty")) : null,
    buyerOf(basket, actions),
    h("div", { class: "sum" },
      basket.faults.map(fault => h("p", { class: "fault" }, fault)),
      basket.discount.minor > 0 ? row("off", t("basket.discount"), `−${money(basket.discount)}`) : null,
      basket.taxes.map(tax => row("tax", t("basket.tax", { rate: percent(tax.rateBasisPoints) }), money(tax.tax))),
      row("total", t("basket.total"), money(basket.total))),
    h("div", { class: "actions" },
      h("button", {
        type: "button", class: "pay", "data-key": "pay", onclick: actions.pay,
        disabled: isEmpty || basket.faults.length > 0,
      }, t("basket.pay"), " ", money(basket.total)),
      h("button", { type: "button", "data-key": "off", disabled: isEmpty, onclick: () => discount(basket, actions) },
        t("basket.discount.give")),
      basket.customer ? null
        : h("a", { class: "button", href: "#/customers", "data-key": "buyer" }, t("buyer.add")),
      h("button", { type: "button", "data-key": "park", disabled: isEmpty, onclick: () => park(actions) },
        t("basket.park")),
      basket.parked > 0
        ? h("button", { type: "button", "data-key": "resume", onclick: () => resume(actions) },
          count("basket.parked", basket.parked))
        : null,
      h("button", {
        type: "button", class: "quiet", "data-key": "discard", disabled: isEmpty, onclick: () => discard(actions),
      }, t("basket.discard"))),
  ];
}

/** Who buys: their points, their discount, and paying with points. */
function buyerOf(basket, actions) {
  const buyer = basket.customer;
  if (!buyer) return null;
  const set = body => actions.act(post("/api/basket/customer", body));
  return h("div", { class: "buyer" },
    h("p", {}, t("buyer.points", { name: buyer.name, points: buyer.points, earns: buyer.earns }),
      buyer.redeem > 0 ? ` · ${t("buyer.redeems", { points: buyer.redeem })}` : "",
      buyer.tier ? ` · ${t("buyer.tier", { tier: buyer.tier })}` : ""),
    buyer.redeemMax > 0 || buyer.redeem > 0
      ? h("button", {
        type: "button", "data-key": "redeem",
        onclick: async () => {
          const answer = await ask(t("buyer.redeem"), [{
            name: "points", text: t("buyer.redeem.points", { most: buyer.redeemMax }),
            attributes: { inputmode: "numeric", required: true, value: buyer.redeemMax },
          }], t("buyer.redeem"));
          if (answer !== null) set({ customer: buyer.customer, redeem: Number(answer.points) || 0 });
        },
      }, t("buyer.redeem"))
      : null,
    h("button", { type: "button", class: "quiet", "data-key": "nobuyer", onclick: () => set({}) }, t("buyer.remove")));
}

const row = (name, text, figure) =>
  h("p", { class: name }, h("span", {}, text), h("span", { class: "figure" }, figure));

function lineOf(line, index, actions) {
  // Touched again before the answer is drawn: one more of what was asked for, and nothing of the line that moves up.
  let { quantity } = line;
  const step = by => {
    if (quantity === 0) return;
    quantity += by;
    actions.act(post("/api/basket/line", { index, quantity, ...line.off }));
  };
  return h("li", { "data-sku": line.sku },
    h("button", {
      type: "button", class: "linename", "data-key": `n${index}`, onclick: () => edit(line, index, actions),
    },
    h("span", { class: "name" }, line.name),
    h("span", { class: "detail" }, `${line.quantity} × ${money(line.unitPrice)}`,
      line.discount.minor > 0 ? ` − ${money(line.discount)}` : "")),
    h("span", { class: "figure" }, money(line.total)),
    h("button", {
      type: "button", class: "step", "data-key": `l${index}`, "aria-label": t("basket.less", { name: line.name }),
      onclick: () => step(-1),
    }, "−"),
    h("button", {
      type: "button", class: "step", "data-key": `m${index}`, "aria-label": t("basket.more", { name: line.name }),
      onclick: () => step(1),
    }, "+"));
}

/** A form in a dialog: the fields' texts, or null when it was closed. */
const ask = (title, fields, action, extra = null) => dialog(title, close => {
  const inputs = fields.map(field => h("input", { name: field.name, autocomplete: "off", ...field.attributes }));
  return h("form", {
    method: "dialog",
    onsubmit: event => {
      event.preventDefault();
      close(Object.fromEntries(inputs.map(input => [input.name, input.value.trim()])));
    },
  }, fields.map((field, i) => h("label", {}, h("span", {}, field.text), inputs[i])),
  h("div", { class: "actions" }, h("button", { class: "main" }, action), extra?.(close)));
}, t("close"));

async function edit(line, index, actions) {
  const answer = await ask(line.name, [
    { name: "quantity", text: t("basket.quantity"), attributes: { inputmode: "numeric", value: line.quantity } },
    ...offFields(line.off),
  ], t("save"), close => h("button", { type: "button", onclick: () => close("remove") }, t("basket.remove")));
  if (answer === null) return;
  const quantity = answer === "remove" ? 0 : Number(answer.quantity);
  const off = answer === "remove" ? {} : offOf(answer);
  actions.act(off && Number.isInteger(quantity) && quantity >= 0
    ? postManaged("/api/basket/line", { index, quantity, ...off })
    : wrong(t("basket.wrong")));
}

async function discount(basket, actions) {
  const answer = await ask(t("basket.discount.give"), offFields(basket.off), t("save"));
  if (answer === null) return;
  const off = offOf(answer);
  actions.act(off ? postManaged("/api/basket/discount", off) : wrong(t("basket.wrong")));
}

async function park(actions) {
  const answer = await ask(
    t("basket.park"), [{ name: "label", text: t("basket.park.label"), attributes: { maxlength: 40 } }],
    t("basket.park"));
  if (answer !== null) actions.act(post("/api/basket/park", answer));
}

async function resume(actions) {
  const { parked } = await get("/api/baskets");
  const sale = await dialog(t("basket.parked.title"), close => h("ul", { class: "choices" }, parked.map(one =>
    h("li", {}, h("button", { type: "button", onclick: () => close(one.sale) },
      h("strong", {}, one.label || dateTime(one.at)), " ",
      count("basket.lines", one.lines), one.total ? h("span", { class: "figure" }, money(one.total)) : null)))), t("close"));
  if (sale) actions.act(post("/api/basket/resume", { sale }));
}

async function discard(actions) {
  const sure = await dialog(t("basket.discard.sure"), close => h("div", { class: "actions" },
    h("button", { type: "button", class: "main", onclick: () => close(true) }, t("basket.discard")),
    h("button", { type: "button", onclick: () => close(null) }, t("basket.keep"))));
  if (sure) actions.act(post("/api/basket/discard"));
}

const offFields = off => [
  {
    name: "percent", text: t("basket.discount.percent"),
    attributes: { inputmode: "decimal", value: off.basisPoints ? off.basisPoints / 100 : "" },
  },
  {
    name: "amount", text: t("basket.discount.amount", { currency: currency() }),
    attributes: { inputmode: "decimal", value: off.minor ? plain({ minor: off.minor, currency: currency() }) : "" },
  },
];

/** The discount of the two fields: one of them, or none; null when they cannot be read. */
function offOf({ percent: share, amount }) {
  const basisPoints = share ? minorOf(share, "EUR") : 0;
  const minor = amount ? minorOf(amount, currency()) : 0;
  if (basisPoints === null || minor === null || basisPoints > 10000 || (basisPoints > 0 && minor > 0)) return null;
  return { basisPoints, minor };
}

const wrong = sentence => Promise.reject(Object.assign(new Error(sentence), { sentences: [sentence] }));
