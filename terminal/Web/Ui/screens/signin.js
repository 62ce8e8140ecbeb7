// Who serves? A name and a PIN. The basket stays as it is; whoever signs in goes on with it.

import { get } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { pinPad, signIn } from "../pin.js";
import { refreshSession } from "../session.js";
import { showFault } from "../toast.js";

export const path = "signin";
export const icon = null;
export const label = "signin";

export function show(root) {
  let left = false;
  get("/api/people").then(({ people }) => {
    // Shown twice in a moment, as after joining: only the newer one draws.
    if (left) return;
    const pad = pinPad(people, async typed => { if (await signIn(typed)) await refreshSession().catch(showFault); });
    root.append(h("section", { class: "form" }, h("h1", {}, t("signin.title")), pad));
    pad.querySelector("button")?.focus();
  }).catch(showFault);
  return () => { left = true; };
}
