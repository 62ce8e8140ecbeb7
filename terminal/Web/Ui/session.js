// Who and what this terminal is; asked again whenever that may have changed.

import { get } from "./api.js";
import { loadLanguage, t } from "./i18n.js";
import { state } from "./state.js";

const listeners = new Set();

/** Called after the session was asked for again. */
export const onSession = listener => listeners.add(listener);

export async function refreshSession() {
  const before = state.session;
  state.session = await get("/api/session");
  if (before?.language !== state.session.language) await loadLanguage(state.session.language);
  document.getElementById("training").hidden = !state.session.training;
  document.getElementById("training").textContent = t("training.banner");
  if (before) listeners.forEach(listener => listener());
}
