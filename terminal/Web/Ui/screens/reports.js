// Reports without a line: what was sold, by hour, product, category, cashier and tender, against the week before.

import { get, post } from "../api.js";
import { bars, columns } from "../chart.js";
import { dialog, fill, h, turns } from "../dom.js";
import { onStatus } from "../events.js";
import { date, money, number } from "../format.js";
import { has, t, whoIs } from "../i18n.js";
import { isManager } from "../state.js";
import { showFault } from "../toast.js";

export const path = "reports";
export const icon = "reports";
export const label = "reports";

const BARS = 10;

export function show(root) {
  let span = { from: "", through: "" };
  const body = h("div", { class: "report" });
  const from = h("input", { type: "date", name: "from", onchange: set });
  const through = h("input", { type: "date", name: "through", onchange: set });
  fill(root, h("h1", {}, t("reports")),
    h("div", { class: "actions" },
      h("button", { type: "button", "data-key": "x", onclick: () => paper("/api/report/x") }, t("reports.x")),
      isManager() ? h("button", { type: "button", onclick: takeZ }, t("reports.z")) : null,
      h("button", { type: "button", onclick: csv }, t("reports.csv")),
      h("button", { type: "button", onclick: () => days(1) }, t("reports.today")),
      h("button", { type: "button", onclick: () => days(7) }, t("reports.week"))),
    h("div", { class: "span" },
      h("label", {}, h("span", {}, t("reports.from")), from),
      h("label", {}, h("span", {}, t("reports.through")), through)),
    body);

  function set() {
    span = { from: from.value, through: through.value || from.value };
    draw();
  }

  async function days(n) {
    try {
      const today = (await get("/api/report")).through;
      span = { from: daysBefore(today, n - 1), through: today };
      await draw();
    } catch (fault) {
      showFault(fault);
    }
  }

  const query = () => `?from=${span.from}&through=${span.through}`;

  const turn = turns();

  async function draw() {
    const counts = turn();
    try {
      const report = await get(`/api/report${query()}`);
      if (!counts()) return;
      [from.value, through.value] = [report.from, report.through];
      fill(body, summary(report), charts(report));
    } catch (fault) {
      showFault(fault);
    }
  }

  const figure = (name, text, note = null) => h("p", { class: `totalcard ${name}` },
    h("span", {}, t(`reports.${name}`)), h("strong", { class: "figure" }, text), note ? h("small", {}, note) : null);

  const summary = report => h("section", { class: "totals" },
    figure("net", money(report.net), t("reports.before", { amount: money(report.netWeekBefore) })),
    figure("sales", number(report.sales)),
    figure("takenback", number(report.takenBack)),
    figure("atrisk", money(report.atRisk), report.atRisk.minor > 0 ? t("reports.atrisk.hint") : null));

  const charts = report => [
    report.from === report.through ? section("hour", hours(report)) : section("day", perDay(report)),
    section("product", barsOf(report.products, line => t("reports.pieces", { n: number(line.quantity) }))),
    section("category", barsOf(named(report.categories, "reports.nocategory"))),
    section("tender", barsOf(report.tenders.map(line => ({ ...line, name: tenderName(line.key) })))),
    report.tips.length > 0 ? section("tip", barsOf(report.tips.map(line => ({ ...line, name: tenderName(line.key) })))) : null,
    section("cashier", barsOf(report.cashiers.map(line => ({ ...line, name: whoIs(line.name) })))),
    report.customers.length > 0 ? section("customer", barsOf(named(report.customers, "reports.nocustomer"))) : null,
  ];

  const section = (name, chart) => h("section", { class: `part ${name}` }, h("h2", {}, t(`reports.by.${name}`)), chart);

  const barsOf = (lines, note = () => null) => lines.length === 0 ? h("p", { class: "empty" }, t("reports.none"))
    : bars(lines.slice(0, BARS).map(line => ({
      name: line.name, value: line.amount.minor, text: money(line.amount), note: note(line),
    })));

  const named = (lines, key) => lines.map(line => ({ ...line, name: line.name || t(key) }));

  function hours(report) {
    const items = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0")).map(hour => ({
      label: hour, value: report.hours.find(line => line.key === hour)?.amount.minor ?? 0,
    }));
    const best = report.hours.toSorted((a, b) => b.amount.minor - a.amount.minor)[0];
    return told(items, best ? t("reports.besthour", { hour: best.key, amount: money(best.amount) }) : t("reports.none"));
  }

  function perDay(report) {
    const items = [];
    for (let day = report.from; day <= report.through; day = daysBefore(day, -1))
      items.push({
        label: day.slice(8), value: amountOn(report.days, day), before: amountOn(report.daysWeekBefore, daysBefore(day, 7)),
      });
    return told(items, t("reports.days", {
      from: date(report.from), through: date(report.through), amount: money(report.net),
    }));
  }

  /** Columns have no scale: the sentence beside them says what they come to. */
  const told = (items, sentence) => [columns(items, sentence), h("p", { class: "hint", "aria-hidden": "true" }, sentence)];

  const amountOn = (lines, day) => lines.find(line => line.key === day)?.amount.minor ?? 0;

  async function paper(path, act = get) {
    try {
      const { name, text } = await act(path);
      await dialog(t(`reports.${name.toLowerCase()}`), () => h("pre", { class: "paper", tabindex: 0 }, text), t("close"));
    } catch (fault) {
      showFault(fault);
    }
  }

  async function takeZ() {
    const sure = await dialog(t("reports.z"), close => [
      h("p", {}, t("reports.z.what")),
      h("div", { class: "actions" },
        h("button", { type: "button", class: "main", onclick: () => close(true) }, t("reports.z")),
        h("button", { type: "button", onclick: () => close(null) }, t("cancel"))),
    ]);
    if (sure) await paper("/api/report/z", post);
  }

  async function csv() {
    try {
      const { name, text } = await get(`/api/report/csv${query()}`);
      const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
      h("a", { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10000);
    } catch (fault) {
      showFault(fault);
    }
  }

  draw();
  return onStatus((status, changed) => { if (changed) draw(); });
}

const tenderName = key => has(`reports.tender.${key}`) ? t(`reports.tender.${key}`) : key;

function daysBefore(day, n) {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - n);
  return at.toISOString().slice(0, 10);
}
