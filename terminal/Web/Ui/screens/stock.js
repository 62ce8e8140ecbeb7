// Goods: what lies here, what is low, what moves; products and their edits; goods between stores.

import { get, post } from "../api.js";
import { fill, h, turns } from "../dom.js";
import { ask } from "../form.js";
import { onStatus } from "../events.js";
import { dateTime, money, number } from "../format.js";
import { count, t } from "../i18n.js";
import { isManager } from "../state.js";
import { showFault, toast } from "../toast.js";
import { editProduct } from "./product.js";
import { sendGoods } from "./transfer.js";

export const path = "stock";
export const icon = "stock";
export const label = "stock";

export function show(root) {
  let text = "";
  let only = "";
  const search = h("input", {
    type: "search", "aria-label": t("stock.search"), placeholder: t("stock.search.short"),
    oninput: event => { text = event.target.value; draw(); },
  });
  const list = h("div", { class: "stocklist" });
  const side = h("div", { class: "transfers" });
  fill(root, h("h1", {}, t("stock")),
    h("div", { class: "actions" },
      h("button", { type: "button", onclick: () => send() }, t("transfer.send")),
      isManager() ? h("button", { type: "button", onclick: () => editProduct(null).then(draw) }, t("product.new")) : null),
    search, list, side);

  const turn = turns();

  async function draw() {
    const counts = turn();
    try {
      const [found, { conflicts }, { transfers }] = await Promise.all([
        get(`/api/stock?q=${encodeURIComponent(text)}&only=${only}`), get("/api/conflicts"), get("/api/transfers"),
      ]);
      if (!counts()) return;
      fill(list,
        h("div", { class: "chips" },
          chip("", t("stock.all")),
          found.low + found.negative > 0 || only === "look"
            ? chip("look", count("stock.look", found.low + found.negative)) : null),
        conflicts.length > 0 ? conflictsOf(conflicts) : null,
        found.items.length === 0 ? h("p", { class: "empty" }, t(text.trim() ? "stock.none" : only ? "stock.looked" : "stock.empty"))
          : h("ul", { class: "rows" }, found.items.map(row)),
        found.more ? h("p", { class: "hint" }, t("stock.more")) : null);
      drawTransfers(transfers);
    } catch (fault) {
      showFault(fault);
    }
  }

  const chip = (which, name) => h("button", {
    type: "button", class: "chip", "data-key": `only${which}`, "aria-pressed": String(only === which),
    onclick: () => { only = which; draw(); },
  }, name);

  const row = item => h("li", { "data-sku": item.sku },
    h("span", { class: "what" }, item.name),
    h("span", { class: "figure quantity" }, number(item.quantity)),
    h("span", { class: "state" }, h("span", { class: "detail" }, item.sku),
      item.state === "ok" ? null : h("span", { class: `tag stock-${item.state}` }, t(`stock.${item.state}`))),
    h("span", { class: "actions" },
      h("button", { type: "button", onclick: () => move("receive", item) }, t("stock.receive")),
      h("button", { type: "button", onclick: () => move("count", item) }, t("stock.count")),
      h("button", { type: "button", onclick: () => move("waste", item) }, t("stock.waste")),
      h("button", { type: "button", onclick: () => editProduct(item.sku).then(draw) }, t("product.show"))));

  async function move(kind, item) {
    const fields = [{
      name: "quantity", text: t(`stock.${kind}.quantity`),
      attributes: { inputmode: "numeric", required: true, pattern: "\\d{1,7}" },
    }];
    if (kind !== "count")
      fields.push({
        name: "note", text: t(`stock.${kind}.note`), attributes: { maxlength: 80, required: kind === "waste" },
      });
    const answer = await ask(`${t(`stock.${kind}`)}: ${item.name}`, fields, t(`stock.${kind}`));
    if (answer === null) return;
    await done(post("/api/stock/move", {
      kind, lines: [{ sku: item.sku, quantity: Number(answer.quantity) }], note: answer.note ?? "",
    }), t("stock.done"));
  }

  async function done(promise, sentence) {
    try {
      const answer = await promise;
      toast(typeof sentence === "function" ? sentence(answer) : sentence, "good");
      await draw();
    } catch (fault) {
      showFault(fault);
    }
  }

  const conflictsOf = conflicts => h("details", { class: "conflicts", open: true },
    h("summary", {}, count("conflict.title", conflicts.length)),
    h("p", { class: "hint" }, t("conflict.hint")),
    h("ul", { class: "rows" }, conflicts.map(one => h("li", { "data-conflict": one.sku },
      h("span", { class: "what" }, `${one.sku}: ${t(`field.${one.field}`)}`),
      h("span", { class: "state" },
        h("span", {}, t("conflict.kept", valueOf(one, one.kept, one.keptMoment))),
        h("span", { class: "detail" }, t("conflict.lost", valueOf(one, one.lost, one.lostMoment))))))));

  function drawTransfers(transfers) {
    fill(side, h("h2", {}, t("transfer.title")),
      transfers.length === 0 ? h("p", { class: "empty" }, t("transfer.none"))
        : h("ul", { class: "rows" }, transfers.map(transferRow)));
  }

  const transferRow = one => h("li", { "data-transfer": one.number },
    h("span", { class: "what" }, one.incoming
      ? t("transfer.from", { store: one.from || "?" }) : t("transfer.to", { store: one.to })),
    h("span", { class: `tag transfer-${one.state}` }, t(`transfer.${one.state}`)),
    h("span", { class: "state" }, one.lines.map(line => h("span", { class: "detail" }, lineText(line)))),
    h("span", { class: "when" }, `${one.number} · ${dateTime(one.at)}`),
    h("span", { class: "actions" }, one.incoming && one.lines.some(line => line.inTransit > 0)
      ? h("button", { type: "button", onclick: () => arrive(one) }, t("transfer.arrive")) : null));

  const lineText = line => line.difference !== 0
    ? t("transfer.line.difference", { sku: line.sku, n: number(line.arrived), sent: number(line.sent) })
    : t("transfer.line", { sku: line.sku, n: number(line.arrived || line.sent) });

  async function send() {
    try {
      if (await sendGoods()) await draw();
    } catch (fault) {
      showFault(fault);
    }
  }

  async function arrive(one) {
    const open = one.lines.filter(line => line.inTransit > 0);
    const answer = await ask(t("transfer.arrive.title", { number: one.number }), open.map(line => ({
      name: line.sku, text: line.sku, hint: t("transfer.expected", { n: number(line.inTransit) }),
      attributes: { inputmode: "numeric", required: true, pattern: "\\d{1,7}", value: line.inTransit },
    })), t("transfer.arrive"));
    if (answer === null) return;
    const lines = open.map(line => ({ sku: line.sku, quantity: Number(answer[line.sku]) }))
      .filter(line => line.quantity > 0);
    await done(post("/api/transfers/arrive", { transfer: one.number, lines, isLast: true }), t("transfer.arrived"));
  }

  draw();
  return onStatus((status, changed) => { if (changed) draw(); });
}

/** What a conflict says, as people write it. */
export function valueOf(conflict, value, moment) {
  const [millis, terminal] = moment.split(".");
  const price = /^(-?\d+) ([A-Z]{3})$/.exec(value);
  return {
    value: conflict.field === "price" && price ? money({ minor: Number(price[1]), currency: price[2] }) : value,
    who: terminal === "-" ? t("conflict.office") : terminal, when: dateTime(Number(millis)),
  };
}
