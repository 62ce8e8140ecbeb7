// Selling: products by touch, scan or search on one side, the basket on the other. The basket lies in the terminal;
// this screen only shows it, so a reload or a second screen never makes a second one.

import { get, post } from "../api.js";
import { h, fill, turns } from "../dom.js";
import { t, count } from "../i18n.js";
import { onStatus } from "../events.js";
import { onScan } from "../wedge.js";
import { money } from "../format.js";
import { paying } from "../paying.js";
import { go } from "../router.js";
import { showFault } from "../toast.js";
import { basketPanel } from "./basket.js";
import { checkPrice } from "./price.js";

export const path = "sell";
export const icon = "sell";
export const label = "sell";

/** While someone types, the terminal is asked once the fingers rest. */
const TYPING_REST = 150;

export function show(root) {
  if (paying() !== null) { go("pay"); return null; }
  const view = { category: "", text: "", skip: 0, products: [], more: false, basket: null, tab: "products" };
  const grid = h("div", { class: "grid" });
  const chips = h("div", { class: "chips", role: "group", "aria-label": t("sell.categories") });
  const panel = h("section", { class: "basket", "aria-label": t("sell.basket") });
  const tabs = h("div", { class: "tabs" });
  let rest = 0;

  const search = h("input", {
    type: "search", autocomplete: "off", "aria-label": t("sell.search"), placeholder: t("sell.search.short"),
    oninput: () => { clearTimeout(rest); rest = setTimeout(find, TYPING_REST); },
    onkeydown: event => { if (event.key === "Enter") enter(); },
  });
  root.append(
    tabs,
    h("section", { class: "products", "aria-label": t("sell.products") },
      h("h1", { class: "sr" }, t("sell")), h("div", { class: "searchrow" }, search,
        h("button", { type: "button", "data-key": "price", onclick: price }, t("price"))), chips, grid),
    panel);

  const productTurn = turns();
  const basketTurn = turns();

  async function load(more = false) {
    const counts = productTurn();
    view.skip = more ? view.skip + view.products.length : 0;
    const query = new URLSearchParams({ q: view.text, category: view.category, skip: view.skip });
    const page = await get(`/api/products?${query}`);
    if (!counts()) return;
    view.products = page.products;
    view.more = page.more;
    fill(grid, view.products.map(tile),
      view.skip > 0 ? h("button", { type: "button", class: "tile turn", onclick: () => load() }, t("sell.first")) : null,
      view.more ? h("button", { type: "button", class: "tile turn", onclick: () => load(true) }, t("sell.more")) : null,
      view.products.length === 0 ? h("p", { class: "empty" }, t(view.text || view.category ? "sell.nothing" : "sell.empty")) : null);
  }

  const tile = product =>
    h("button", {
      type: "button", class: "tile", "data-key": product.sku, "data-sku": product.sku,
      onclick: () => add(product.sku),
    },
    h("span", { class: "name" }, product.name),
    h("span", { class: "price" }, money(product.price)),
    h("span", { class: product.onHand <= 0 ? "stock none" : "stock" },
      product.onHand <= 0 ? t("sell.stock.none") : count("sell.stock", product.onHand)));

  async function categories() {
    const { categories } = await get("/api/categories");
    const chip = (name, text) => h("button", {
      type: "button", class: "chip", "data-key": `c-${name}`, "aria-pressed": String(view.category === name),
      onclick: () => { view.category = name; view.text = search.value = ""; attempt(load()); attempt(categories()); },
    }, text);
    fill(chips, chip("", t("sell.all")), categories.map(name => chip(name, name)));
  }

  const find = () => { view.text = search.value.trim(); view.category = ""; return attempt(load()); };

  /** Enter in the search field: a code that is exactly one product's is added, as a scan is. */
  async function enter() {
    clearTimeout(rest);
    const typed = search.value;
    const text = typed.trim().toLowerCase();
    await find();
    const exact = view.products.find(p => p.ean === typed.trim() || p.sku.toLowerCase() === text);
    const one = exact ?? (view.products.length === 1 && text ? view.products[0] : null);
    if (!one) return;
    // What a scanner has typed since belongs to the next code.
    if (search.value.startsWith(typed)) search.value = search.value.slice(typed.length);
    await add(one.sku);
    await find();
  }

  async function price() {
    const sku = await checkPrice();
    if (sku !== null) await add(sku);
  }

  let changes = 0;
  let pending = 0;
  let adding = Promise.resolve();

  /** Several touches at once: their answers may overtake each other, so the terminal is asked for what came of all. */
  async function changed(work) {
    pending++;
    const begun = ++changes;
    const basket = await attempt(work);
    pending--;
    const wasAlone = begun === changes;
    changes++;
    if (pending > 0) return;
    if (!wasAlone) await refresh();
    else if (basket !== null) drawBasket(basket);
  }

  /** One after the other: the answers to two scans must not overtake each other. */
  const add = code => adding = adding.then(() => changed(post("/api/basket/add", { code, quantity: 1 })));

  async function attempt(work) {
    try { return await work; } catch (fault) { showFault(fault); return null; }
  }

  function drawBasket(basket) {
    view.basket = basket;
    fill(panel, basketPanel(basket, {
      act: changed,
      pay: () => go("pay"),
    }));
    const pieces = basket.lines.reduce((sum, line) => sum + line.quantity, 0);
    const tab = (name, text) => h("button", {
      type: "button", "data-key": `t-${name}`, "aria-pressed": String(view.tab === name),
      onclick: () => { view.tab = name; drawBasket(view.basket); },
    }, text);
    root.dataset.tab = view.tab;
    fill(tabs, tab("products", t("sell.products")),
      tab("basket", [h("span", {}, count("sell.pieces", pieces)), " ", h("strong", { class: "figure" }, money(basket.total))]),
      h("button", {
        type: "button", class: "main", "data-key": "t-pay", disabled: pieces === 0 || basket.faults.length > 0, onclick: () => go("pay"),
      }, t("basket.pay")));
  }

  /** What was asked for before a change must not be drawn over it. */
  async function refresh() {
    const [seen, counts] = [changes, basketTurn()];
    const basket = await attempt(get("/api/basket"));
    if (basket === null || pending > 0) return;
    if (changes !== seen) await refresh();
    else if (counts()) drawBasket(basket);
  }

  attempt(load());
  attempt(categories());
  refresh();
  const offScan = onScan(add);
  const offStatus = onStatus((status, changed) => { if (changed) { refresh(); } });
  return () => { clearTimeout(rest); offScan(); offStatus(); };
}
