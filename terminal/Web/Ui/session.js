// Who and what this terminal is; asked again whenever that may have changed.

import { get } from "./api.js";
import { base } from "./base.js";
import { fill, h } from "./dom.js";
import { loadLanguage, t, writeAs } from "./i18n.js";
import { state } from "./state.js";

const listeners = new Set();

/** Called after the session was asked for again. */
export const onSession = listener => listeners.add(listener);

export async function refreshSession() {
  const before = state.session;
  state.session = await get("/api/session");
  if (before?.language !== state.session.language) await loadLanguage(state.session.language);
  writeAs(state.session.enrolled ? state.session.locale : state.session.language);
  showTraining(state.session.training);
  if (before) listeners.forEach(listener => listener());
}

/** Practising looks like nothing else, on every screen; the way back to the shop is always in reach. */
function showTraining(isTraining) {
  const banner = document.getElementById("training");
  banner.hidden = !isTraining;
  document.body.classList.toggle("training", isTraining);
  fill(banner, h("span", {}, t("training.banner")),
    base ? h("a", { class: "button", href: "/", "data-key": "training-end" }, t("training.end")) : null);
}
