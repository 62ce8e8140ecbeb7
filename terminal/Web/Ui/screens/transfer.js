// Goods for another store: many products on one slip, typed or scanned one after the other.

import { get, post } from "../api.js";
import { dialog, fill, h } from "../dom.js";
import { number } from "../format.js";
import { t } from "../i18n.js";
import { showFault, toast } from "../toast.js";

/** Asks for the store and the goods; answers with what was sent, or null. */
export async function sendGoods() {
  const { stores } = await get("/api/transfers");
  return dialog(t("transfer.send"), close => form(stores, close), t("close"));
}

function form(stores, close) {
  const lines = new Map();
  let busy = false;
  const to = h("input", {
    name: "to", required: true, autocomplete: "off", list: "stores", value: stores.length === 1 ? stores[0] : "",
  });
  const code = h("input", { name: "sku", autocomplete: "off", onkeydown: event => {
    // A scanner ends each code with Enter; that adds the goods and sends nothing.
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  } });
  const list = h("ul", { class: "rows" });
  const send = h("button", { class: "main" });

  let adding = Promise.resolve(true);

  /** The field is free at once: a scanner types the next code before the answer to this one. */
  function add() {
    const typed = code.value.trim();
    code.value = "";
    return typed ? adding = adding.then(() => find(typed)) : adding.then(() => code.value === "");
  }

  async function find(typed) {
    try {
      const product = await get(`/api/product?code=${encodeURIComponent(typed)}`);
      const line = lines.get(product.sku) ?? { name: product.name, quantity: 0 };
      lines.set(product.sku, { ...line, quantity: line.quantity + 1 });
      if (!list.contains(document.activeElement)) code.focus();
      draw();
      return true;
    } catch (fault) {
      showFault(fault);
      if (code.value === "") code.value = typed;
      code.select();
      return false;
    }
  }

  function set(sku, quantity) {
    if (quantity > 0) lines.set(sku, { ...lines.get(sku), quantity });
    else lines.delete(sku);
    draw();
  }

  function keep(sku, quantity) {
    if (!(quantity > 0)) return;
    lines.set(sku, { ...lines.get(sku), quantity });
    total();
  }

  const row = ([sku, line]) => h("li", { "data-sku": sku },
    h("span", { class: "what" }, line.name, h("small", { class: "detail" }, ` ${sku}`)),
    h("span", { class: "pieces" },
      h("input", {
        name: "quantity", "data-key": `quantity-${sku}`, inputmode: "numeric", pattern: "[1-9]\\d{0,6}", required: true,
        "aria-label": `${t("transfer.quantity")}: ${line.name}`, value: line.quantity,
        // Kept with each key: goods that are scanned meanwhile draw the list anew.
        oninput: event => keep(sku, Number(event.target.value) || 0),
        onchange: event => set(sku, Number(event.target.value) || 0),
      }),
      h("button", {
        type: "button", class: "step", "data-key": `off-${sku}`, "aria-label": t("transfer.remove", { name: line.name }),
        onclick: () => set(sku, 0),
      }, "×")));

  function draw() {
    fill(list, [...lines].map(row));
    total();
  }

  function total() {
    const pieces = [...lines.values()].reduce((sum, line) => sum + line.quantity, 0);
    fill(send, pieces > 0 ? t("transfer.send.n", { n: number(pieces) }) : t("transfer.send"));
    send.disabled = pieces === 0;
  }

  async function go() {
    if (busy) return;
    busy = true;
    try {
      if (!await add()) return;
      const sent = await post("/api/transfers/send", {
        to: to.value.trim(), lines: [...lines].map(([sku, line]) => ({ sku, quantity: line.quantity })),
      });
      toast(t("transfer.sent", { number: sent.number }), "good");
      close(sent);
    } catch (fault) {
      showFault(fault);
    } finally {
      busy = false;
    }
  }

  draw();
  return h("form", { class: "transfer", method: "dialog", onsubmit: event => { event.preventDefault(); go(); } },
    h("label", {}, h("span", {}, t("transfer.store")), to,
      h("datalist", { id: "stores" }, stores.map(store => h("option", { value: store })))),
    h("label", {}, h("span", {}, t("transfer.product")), code, h("small", { class: "hint" }, t("transfer.choose"))),
    h("div", { class: "actions" }, h("button", { type: "button", "data-key": "add", onclick: add }, t("transfer.add"))),
    list,
    h("div", { class: "actions" }, send));
}
