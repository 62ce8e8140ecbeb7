// Who and what this terminal is; asked again whenever that may have changed.

import { get } from "./api.js";
import { base } from "./base.js";
import { fill, h, turns } from "./dom.js";
import { loadLanguage, t, writeAs } from "./i18n.js";
import { state } from "./state.js";

const listeners = new Set();
const turn = turns();

/** Called after the session was asked for again and is another one. */
export const onSession = listener => listeners.add(listener);

export async function refreshSession() {
  const counts = turn();
  const session = await get("/api/session");
  if (!counts()) return;
  const before = state.session;
  state.session = session;
  if (before?.language !== state.session.language) await loadLanguage(state.session.language);
  writeAs(state.session.enrolled ? state.session.locale : state.session.language);
  showTraining(state.session.training);
  // Drawn anew for nothing, a screen would lose what was typed: a PIN, when a late answer says once more that one is needed.
  if (before && JSON.stringify(before) !== JSON.stringify(session)) listeners.forEach(listener => listener());
}

/** Practising looks like nothing else, on every screen; the way back to the shop is always in reach. */
function showTraining(isTraining) {
  const banner = document.getElementById("training");
  banner.hidden = !isTraining;
  document.body.classList.toggle("training", isTraining);
  fill(banner, h("span", {}, t("training.banner")),
    base ? h("a", { class: "button", href: "/", "data-key": "training-end" }, t("training.end")) : null);
}
