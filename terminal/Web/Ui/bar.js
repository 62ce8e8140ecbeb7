// The bar on top: online or offline is never a guess. It says which part is missing, since when, what still works,
// how much more may be at risk, and how long cards are taken.

import { h, fill } from "./dom.js";
import { t, count } from "./i18n.js";
import { money, span, time } from "./format.js";
import { state, secondsSinceStatus } from "./state.js";

export function showBar(status) {
  const bar = document.getElementById("bar");
  const [kind, parts] = contentOf(status);
  const text = JSON.stringify([kind, parts.map(part => part?.textContent)]);
  if (bar.dataset.shown === text) return;
  bar.dataset.shown = text;
  bar.className = kind;
  fill(bar, parts);
}

function contentOf(status) {
  if (!status) return ["gone", [h("p", {}, h("strong", {}, t("bar.gone")), " ", t("bar.gone.safe"))]];
  if (!status.enrolled) return ["new", [h("p", {}, h("strong", {}, t("bar.new")))]];
  if (status.damaged) return ["gone", [h("p", {}, h("strong", {}, t("bar.damaged")))]];
  if (status.copied)
    return ["gone", [h("p", {}, h("strong", {}, t("bar.copied")), " ", h("span", { class: "more" }, t("bar.copied.todo")))]];
  if (status.standing === "Quarantined" || status.standing === "Revoked")
    return ["gone", [h("p", {}, h("strong", {}, t("bar.standing")))]];
  return status.up ? online(status) : offline(status);
}

function online(status) {
  const waits = status.unsent > 0 ? count("bar.sending", status.unsent) : t("bar.sent");
  return ["up", [
    h("p", {}, h("strong", {}, t(status.asked ? "bar.up" : "bar.asking")), " ", h("span", { class: "more" }, waits)),
    ...(status.risk?.count > 0 ? [risk(status)] : []),
    todo(status),
  ]];
}

function offline(status) {
  const left = status.offlineSecondsMax - (status.offlineSeconds ?? status.offlineSecondsMax) - secondsSinceStatus();
  const accepts = status.cardsOffline && left > 0;
  return ["down", [
    h("p", {},
      h("strong", {}, missing(status)), " ",
      h("span", { class: "more" }, t("bar.since", { time: time(status.since) }), " ",
        t(accepts ? "bar.works" : "bar.cash"))),
    accepts ? risk(status) : null,
    accepts ? h("p", { class: "left" }, t("bar.left", { span: span(left) })) : null,
    todo(status),
  ]];
}

/** What was taken away on purpose is never mistaken for an outage. */
function missing(status) {
  if (state.session?.training) return t("bar.training");
  return status.drillUntil ? t("bar.drill", { time: time(status.drillUntil) }) : t(`bar.missing.${status.missing}`);
}

function risk(status) {
  const { amount, limit } = status.risk;
  const free = { minor: Math.max(0, limit.minor - amount.minor), currency: limit.currency };
  return h("p", { class: "risk" },
    h("meter", {
      min: 0, max: Math.max(1, limit.minor), high: limit.minor * 0.8, value: amount.minor,
      "aria-label": t("bar.risk.meter"),
    }),
    h("span", {}, t("bar.risk", { amount: money(amount), free: money(free) })));
}

/** What wants a person: payments that are not known, receipts that may not have printed. */
function todo(status) {
  return h("p", { class: "todo" },
    status.unknown > 0 ? h("a", { href: "#/payments" }, count("bar.unknown", status.unknown)) : null,
    status.lost > 0 ? h("a", { href: "#/payments" }, count("bar.lost", status.lost)) : null,
    status.refundsOpen > 0 ? h("a", { href: "#/sales" }, count("bar.refundsopen", status.refundsOpen)) : null,
    status.refundsRefused > 0 ? h("a", { href: "#/sales" }, count("bar.refundsrefused", status.refundsRefused)) : null,
    status.notPrinted > 0 ? h("a", { href: "#/sales" }, count("bar.notprinted", status.notPrinted)) : null);
}

export const isUp = () => state.status?.up ?? false;
