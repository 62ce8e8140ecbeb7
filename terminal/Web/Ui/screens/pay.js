// Paying the open basket. Every try names the basket and its turn, so that two taps are one sale; where the answer
// is lost the same try is asked about again, never made anew.

import { get, post } from "../api.js";
import { dialog, fill, h } from "../dom.js";
import { t, has } from "../i18n.js";
import { minorOf, money, percent, plain } from "../format.js";
import { go } from "../router.js";
import { askManager } from "../pin.js";
import { beginPaying, endPaying, paying } from "../paying.js";
import { currency, state } from "../state.js";
import { onSwipe, onScan } from "../wedge.js";
import { showFault, toast } from "../toast.js";
import { tenderLine } from "./tender.js";

export const path = "pay";
export const icon = null;
export const label = "pay";

/** Notes that a customer may hand over, in minor units of two digits: the next ones above what is owed. */
const NOTES = [500, 1000, 2000, 5000, 10000, 20000, 50000];
const ASK_AGAIN = 1000;

export function show(root) {
  const view = { basket: null, cards: [], cash: null, part: null, tip: 0, email: "", phone: "", manager: null, busy: false, left: false };

  const draw = (...content) => { if (!view.left) fill(root, h("h1", { class: "sr" }, t("pay")), ...content); };

  async function begin() {
    [view.basket, { scripted: view.cards }] = await Promise.all([get("/api/basket"), get("/api/reader")]);
    if (paying() !== null && await askedBefore()) return;
    if (view.basket.lines.length === 0) { go("sell"); return; }
    choose();
  }

  /** What this page asked for before it was loaded again, or left: its end is shown, and nothing is asked anew. */
  async function askedBefore() {
    view.busy = true;
    try {
      for (;;) {
        draw(head(view.basket.left), h("p", { class: "underway", role: "status" }, t("pay.asking")));
        try {
          const paid = await get(`/api/basket/try?${new URLSearchParams(paying())}`);
          view.basket = await get("/api/basket");
          view.busy = false;
          ended(paid);
          return true;
        } catch (fault) {
          if (view.left) return true;
          if (fault.code === "SignInNeeded") return true;
          if (fault.code !== "Gone") { endPaying(); return false; }
          await new Promise(rest => setTimeout(rest, ASK_AGAIN));
        }
      }
    } finally {
      view.busy = false;
    }
  }

  const amount = minor => ({ minor, currency: view.basket.total.currency });

  /** What is left of the sale itself, after what is taken in cash. */
  const left = () => amount(view.basket.left.minor - (view.cash ?? 0));

  /** The same with the tip on it. */
  const owed = () => amount(left().minor + view.tip);

  function choose() {
    view.part = null;
    draw(head(owed()), view.told ? h("p", { class: "told", role: "status" }, view.told) : null, parts(), tip(),
      view.cash ? h("p", { class: "split" }, t("pay.split", { cash: money(amount(view.cash)) }),
        h("button", { type: "button", class: "quiet", onclick: () => { view.cash = null; choose(); } }, t("pay.split.undo")))
        : null,
      contact(),
      h("div", { class: "ways" },
        h("button", { type: "button", class: "way", "data-key": "card", onclick: present }, t("pay.card"), " ", money(owed())),
        view.cash ? null : [
          h("button", { type: "button", class: "way", "data-key": "exact", onclick: () => pay([cash(null)]) }, t("pay.exact")),
          notes().map(note => h("button", {
            type: "button", class: "way note", onclick: () => pay([cash(plain({ minor: note, currency: currency() }))]),
          }, money({ minor: note, currency: currency() }), h("small", {}, t("tender.Cash")))),
          given(), partly(),
        ]),
      back());
  }

  /** The customer chooses; the screen is turned to them or read to them. Never asked for where nobody switched it on. */
  function tip() {
    const { tipChoices } = view.basket;
    if (!tipChoices) return null;
    const base = view.basket.left.minor;
    const set = minor => { view.tip = minor; choose(); };
    const chip = (key, text, minor) => h("button", {
      type: "button", class: "chip", "data-key": `tip-${key}`, "aria-pressed": String(view.tip === minor), onclick: () => set(minor),
    }, text);
    const own = h("input", {
      name: "tip", inputmode: "decimal", autocomplete: "off", "aria-label": t("pay.tip.other"), placeholder: t("pay.tip.other"),
    });
    return h("section", { class: "tips", "aria-label": t("pay.tip") },
      h("h2", {}, t("pay.tip"), view.tip > 0 ? h("strong", { class: "figure" }, ` ${money(amount(view.tip))}`) : null),
      h("div", { class: "chips" }, chip("none", t("pay.tip.none"), 0), tipChoices.map(share => {
        const minor = Math.round(base * share / 100);
        return chip(share, `${percent(share * 100)} · ${money(amount(minor))}`, minor);
      })),
      h("form", {
        class: "given", onsubmit: event => {
          event.preventDefault();
          const minor = minorOf(own.value, currency());
          if (minor === null || minor > base) showFault({ sentences: [t("pay.tip.wrong", { most: money(amount(base)) })] });
          else set(minor);
        },
      }, own, h("button", { "data-key": "tip-own", "aria-label": `${t("pay.given.take")}: ${t("pay.tip.other")}` }, t("pay.given.take"))));
  }

  /** What other cards have paid already, and the way back. */
  const parts = () => view.basket.paid.length === 0 ? null : h("section", { class: "paid", "aria-label": t("pay.parts") },
    h("h2", {}, t("pay.parts")), h("ul", { class: "tenders" }, view.basket.paid.map(tenderLine)),
    h("button", { type: "button", class: "quiet", "data-key": "giveup", onclick: giveUp }, t("pay.giveup")));

  async function giveUp() {
    const sure = await dialog(t("pay.giveup.title"), close => [
      h("p", {}, t("pay.giveup.what")),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "main", onclick: () => close(true) }, t("pay.giveup"))),
    ], t("close"));
    if (!sure) return;
    await post("/api/basket/giveup").then(() => toast(t("payments.abandoned"), "good"), showFault);
    await retry(choose);
  }

  /** A part by this card; another card or cash pays the rest. */
  function partly() {
    const input = h("input", { name: "part", inputmode: "decimal", autocomplete: "off", "aria-label": t("pay.part"), placeholder: t("pay.part") });
    return h("form", {
      class: "partly", onsubmit: event => {
        event.preventDefault();
        const minor = minorOf(input.value, currency());
        if (!minor || minor >= left().minor) showFault({ sentences: [t("pay.part.wrong")] });
        else if (view.tip > minor) showFault({ sentences: [t("pay.tip.wrong", { most: money(amount(minor)) })] });
        else { view.part = minor; present(); }
      },
    }, input, h("button", { "aria-label": `${t("pay.part.take")}: ${t("pay.part")}` }, t("pay.part.take")));
  }

  const head = due => h("p", { class: "owed" },
    h("span", {}, t("pay.owed"), view.tip > 0 ? h("small", {}, ` ${t("pay.tip.in", { tip: money(amount(view.tip)) })}`) : null),
    h("strong", {}, money(due)));

  const back = () => h("p", {}, h("a", { class: "button quiet", href: "#/sell" }, t("pay.back")));

  const notes = () => NOTES.filter(note => note > owed().minor).slice(0, 4);

  /** Another amount in cash: more than is owed gives change, less leaves the rest to a card. */
  function given() {
    const input = h("input", { inputmode: "decimal", autocomplete: "off", "aria-label": t("pay.given"), placeholder: t("pay.given") });
    return h("form", {
      class: "given", onsubmit: event => {
        event.preventDefault();
        const minor = minorOf(input.value, currency());
        if (!minor) showFault({ sentences: [t("pay.given.wrong")] });
        else if (minor >= owed().minor) pay([cash(plain({ minor, currency: currency() }))]);
        else if (minor >= left().minor) showFault({ sentences: [t("pay.tip.short", { due: money(owed()) })] });
        else { view.cash = minor; choose(); }
      },
    }, input, h("button", { "aria-label": `${t("pay.given.take")}: ${t("pay.given")}` }, t("pay.given.take")));
  }

  /** Where the receipt goes; asked for when the line is down, since a card may be declined afterwards. */
  function contact() {
    const field = (name, type) => h("label", {}, h("span", {}, t(`pay.${name}`)), h("input", {
      type, name, autocomplete: "off", value: view[name], oninput: event => { view[name] = event.target.value; },
    }));
    const ask = state.session.askContactOffline && state.status && !state.status.up;
    return h("details", { class: ask ? "contact asked" : "contact", open: ask || view.email || view.phone ? true : null },
      h("summary", {}, t(ask ? "pay.contact.ask" : "pay.contact")),
      h("div", { class: "fields" }, field("email", "email"), field("phone", "tel")));
  }

  function present() {
    if (view.part !== null && view.part >= left().minor) view.part = null;
    draw(head(view.part === null ? owed() : amount(view.part + view.tip)), parts(),
      h("p", { class: "present", role: "status" }, t("pay.present")),
      h("p", {}, h("button", { type: "button", class: "quiet", onclick: choose }, t("pay.otherway"))),
      view.cards.length > 0 ? h("section", { class: "reader", "aria-label": t("pay.reader") },
        h("h2", {}, t("pay.reader")),
        h("div", { class: "chips" }, view.cards.map(card => h("button", {
          type: "button", class: "chip", "data-card": card, onclick: () => pay(tenders(), { scripted: card }),
        }, card)))) : null);
  }

  const cash = amount => ({ kind: "Cash", ...(amount === null ? {} : { amount }) });

  const tenders = () => [
    ...(view.cash ? [cash(plain({ minor: view.cash, currency: currency() }))] : []), { kind: "Card", ...(view.part === null ? {} : { amount: plain({ minor: view.part, currency: currency() }) }) },
  ];

  async function pay(list, card = null) {
    if (view.busy) return;
    [view.busy, view.told] = [true, null];
    draw(head(amount(view.basket.left.minor + view.tip)),
      h("p", { class: "underway", role: "status" }, t(card ? "pay.asking" : "pay.storing")));
    const order = { sale: view.basket.sale, turn: view.basket.turn, tenders: list };
    const body = { ...order, ...(card ? { card } : {}), email: view.email || undefined, phone: view.phone || undefined,
      tip: view.tip > 0 ? plain(amount(view.tip)) : undefined, manager: view.manager ?? undefined, isPart: card !== null && view.part !== null };
    view.manager = null;
    beginPaying(order.sale, order.turn);
    try {
      ended(await insist(body));
    } catch (fault) {
      if (view.left) return;
      endPaying();
      showFault(fault);
      await begin().catch(showFault);
    } finally {
      view.busy = false;
    }
  }

  /** Until there is an answer: the same try may be named as often as it takes. */
  async function insist(body) {
    for (;;) {
      try {
        return await post("/api/basket/pay", body);
      } catch (fault) {
        if (fault.code !== "Gone" || view.left) throw fault;
        draw(head(view.basket.left), h("p", { class: "underway", role: "status" }, t("pay.lost")));
        await new Promise(rest => setTimeout(rest, ASK_AGAIN));
      }
    }
  }

  function ended(paid) {
    if (view.left) { endedElsewhere(paid); return; }
    endPaying();
    if (paid.status === "Completed") done(paid);
    else if (paid.status === "PartPaid") { view.tip = 0; view.cash = null; view.told = paid.sentences.join(" "); retry(choose); }
    else refused(paid);
  }

  /** Whoever went to another screen meanwhile is told there, and comes back where something is left to do. */
  function endedElsewhere(paid) {
    if (paying() === null) return;
    if (paid.status !== "Completed" || paid.change.minor > 0) { go("pay"); return; }
    endPaying();
    toast(`${t("pay.sold", { total: money(paid.total) })} · ${paid.receiptNumber}`, "good");
  }

  function done(paid) {
    view.basket = null;
    draw(
      paid.change.minor > 0
        ? h("p", { class: "owed change" }, h("span", {}, t("pay.change")), h("strong", {}, money(paid.change)))
        : null,
      h("p", { class: "sold", role: "status" }, t("pay.sold", { total: money(paid.total) }),
        paid.tip ? ` ${t("pay.tip.plus", { tip: money(paid.tip) })}` : "", " ", h("span", { class: "hint" }, paid.receiptNumber)),
      h("ul", { class: "tenders" }, paid.tenders.map(tenderLine)),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "main", "data-key": "next", onclick: () => go("sell") }, t("pay.next"))),
      h("details", {}, h("summary", {}, t("pay.receipt")), h("pre", { class: "paper" }, paid.receipt)));
    root.querySelector("[data-key=next]")?.focus();
  }

  /** One sentence why, and what to do instead. */
  async function refused(paid) {
    const ways = {
      OtherCard: () => retry(present), Cash: () => retry(choose), Wait: () => retry(choose),
      Manager: () => manager(paid.sentences.join(" ")), Settle: () => go("payments"),
    };
    draw(head(view.basket.left), parts(),
      h("div", { class: "refused", role: "alert" },
        h("h2", {}, t(`pay.status.${paid.status}`)), h("p", {}, paid.sentences.join(" ")),
        has(`pay.code.${paid.responseCode}`) ? h("p", {}, t(`pay.code.${paid.responseCode}`))
          : paid.status === "Declined" ? h("p", {}, t("pay.code.other")) : null),
      h("div", { class: "ways" }, paid.instead.map(way =>
        h("button", { type: "button", class: "way", "data-way": way, onclick: ways[way] },
          t(has(`pay.instead.${way}`) ? `pay.instead.${way}` : "pay.back")))),
      back());
  }

  /** The card is presented once more: the terminal kept nothing of it. */
  async function manager(sentence) {
    const asked = [[t("pay.owed"), money(view.part === null ? owed() : amount(view.part + view.tip))]];
    view.manager = await askManager(sentence, asked).catch(fault => { showFault(fault); return null; });
    await retry(view.manager ? present : choose);
  }

  async function retry(next) {
    try {
      view.basket = await get("/api/basket");
      next();
    } catch (fault) {
      showFault(fault);
    }
  }

  begin().catch(fault => { showFault(fault); go("sell"); });
  const offSwipe = onSwipe(() => { if (view.basket && !view.busy) pay(tenders(), { swiped: true }); });
  // The next customer's first scan begins the next sale.
  const offScan = onScan(code => {
    if (!view.basket) post("/api/basket/add", { code, quantity: 1 }).then(() => go("sell"), showFault);
  });
  return () => { view.left = true; offSwipe(); offScan(); };
}
