// What this terminal is and how it serves, each with where it comes from; locking; and what holds an end back.

import { get, post } from "../api.js";
import { base } from "../base.js";
import { fill, h, turns } from "../dom.js";
import { t, count } from "../i18n.js";
import { onStatus } from "../events.js";
import { money, percent, span } from "../format.js";
import { lock } from "../lock.js";
import { postManaged } from "../pin.js";
import { isManager, state } from "../state.js";
import { showFault, toast } from "../toast.js";
import { leaving } from "./leaving.js";
import { onSwipe } from "../wedge.js";

export const path = "settings";
export const icon = "settings";
export const label = "settings";

export function show(root) {
  const told = h("p", { role: "status", class: "sealedtold" });

  const turn = turns();

  async function draw() {
    const counts = turn();
    try {
      const about = await get("/api/setup");
      if (!counts()) return;
      fill(root, h("h1", {}, t("settings")), who(), reader(), training(), terminal(about), shop(about), policy(about), held(about));
    } catch (fault) {
      showFault(fault);
    }
  }

  const who = () => state.session.signIn ? h("section", { class: "card" },
    h("h2", {}, t("settings.who", { name: state.session.who?.name ?? "" })),
    h("button", { type: "button", "data-key": "lock", onclick: lock }, t("settings.lock"))) : null;

  /** Reads a card and forgets it: shows that the reader works before a customer waits. */
  const reader = () => h("section", { class: "card" },
    h("h2", {}, t("settings.reader")), h("p", { role: "status", class: "readertest" }, t("settings.reader.swipe")));

  /** A terminal of its own to practise on, with the shop's goods; nothing of it is sold or sent. */
  const training = () => state.session.training ? null : h("section", { class: "card" },
    h("h2", {}, t("training")), h("p", {}, t("training.what")),
    h("button", { type: "button", "data-key": "training", onclick: practise }, t("training.start")));

  async function practise() {
    try {
      await postManaged("/api/training/begin", {});
      location.assign("/training/");
    } catch (fault) {
      showFault(fault);
    }
  }

  /** What holds an end back stands above what ends it. */
  const held = about => h("section", { class: about.holdBack ? "card held" : "card" },
    h("h2", {}, t("settings.held")),
    h("p", {}, about.holdBack
      ? `${count("settings.held.unsent", about.unsent)} ${about.openAttempts > 0
        ? count("settings.held.open", about.openAttempts) : ""} ${t("settings.held.wait")}`
      : t("settings.held.free")),
    h("p", { class: "hint" }, t("settings.upgrade")),
    state.session.training ? null : leaving(about, told),
    isManager() ? h("p", {}, h("a", { class: "button", href: `${base}/journal.jsonl`, download: "", "data-key": "export" },
      t("settings.export")), " ", h("span", { class: "hint" }, t("settings.export.what"))) : null);

  const table = (title, source, rows) => h("section", { class: "card" },
    h("h2", {}, title), h("p", { class: "hint" }, source),
    h("dl", {}, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))));

  const terminal = about => table(t("settings.terminal"), t("settings.from.enrolment"), [
    [t("settings.number"), `${about.terminal}, ${t("settings.epoch", { n: about.epoch })}`],
    [t("settings.merchant"), about.merchant], [t("settings.store"), about.store],
    [t("settings.backoffice"), about.backOffice], [t("settings.version"), state.session.version],
  ]);

  const yes = flag => t(flag ? "yes" : "no");

  const shop = about => table(t("settings.shop"), from(about.settings.version), [
    [t("settings.discount"), percent(about.settings.cashierDiscountBasisPoints)],
    [t("settings.locks"), span(about.settings.lockSeconds)],
    [t("settings.contact"), yes(about.settings.askContactOffline)],
    [t("settings.void"), yes(about.settings.voidNeedsManager)],
    [t("settings.staff"), count("settings.people", about.staff)],
  ]);

  const from = version => version > 0 ? t("settings.from.feed", { version }) : t("settings.from.default");

  const policy = ({ policy: rules }) => table(t("settings.policy"), from(rules.version), [
    [t("settings.cards"), yes(rules.enabled)],
    [t("settings.schemes"), rules.schemes.join(", ") || "–"],
    [t("settings.modes"), rules.modes.map(mode => t(`mode.${mode}`)).join(", ") || "–"],
    [t("settings.floor"), limits(rules.floorLimits)],
    [t("settings.second"), limits(rules.secondLimits ?? [])],
    [t("settings.exposure"), rules.exposureLimits.map(one => `${money(one.amount)}, ${count("settings.payments", one.count)}`)
      .join(" · ") || "–"],
    [t("settings.offline"), span(rules.offlineMinutesMax * 60)],
  ]);

  const limits = list => list.map(one =>
    [one.scheme, one.mode ? t(`mode.${one.mode}`) : null, money(one.amount)].filter(Boolean).join(" ")).join(" · ") || "–";

  draw();
  const offSwipe = onSwipe(async () => {
    await post("/api/reader/forget").catch(showFault);
    toast(t("settings.reader.works"), "good");
  });
  const offStatus = onStatus((status, changed) => { if (changed) draw(); });
  return () => { offSwipe(); offStatus(); };
}
