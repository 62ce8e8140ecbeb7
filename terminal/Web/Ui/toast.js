// One sentence that everybody notices: above the screen, read out, gone after a while or at a touch.

import { h } from "./dom.js";
import { t } from "./i18n.js";

/** Where a call failed, its screen may be left at once: the sentence stays a moment longer. */
const SEEN = 1500;
let timer = 0;
let shown = 0;
let touched = 0;

export function toast(sentences, kind = "bad") {
  const place = placeOf();
  clearTimeout(timer);
  shown = performance.now();
  place.replaceChildren(h("div", { class: `toast ${kind}` },
    h("p", {}, [sentences].flat().join(" ")),
    h("button", { type: "button", class: "plain", onclick: closeToast }, t("close"))));
  timer = setTimeout(closeToast, kind === "bad" ? 12000 : 4000);
}

/** Within an open dialog, which lies above everything else; else above the screen. */
function placeOf() {
  const box = [...document.querySelectorAll("dialog[open]")].at(-1);
  if (!box) return document.getElementById("toast");
  const place = box.querySelector(".toasts") ?? h("div", { class: "toasts", role: "alert" });
  box.append(place);
  return place;
}

/** Whoever goes to another screen has read it; where the page itself goes on, nobody has yet. */
export const leaveToast = () => { if (touched > shown && performance.now() - shown > SEEN) closeToast(); };

for (const kind of ["pointerdown", "keydown"])
  addEventListener(kind, () => { touched = performance.now(); }, { capture: true, passive: true });

export function closeToast() {
  clearTimeout(timer);
  for (const place of document.querySelectorAll("#toast, .toasts")) place.replaceChildren();
}

addEventListener("keydown", event => { if (event.key === "Escape") closeToast(); });

/** Shows what went wrong with a call. */
export const showFault = fault =>
  toast(fault.sentences?.length ? fault.sentences : t(fault.code === "Gone" ? "gone" : "failed"));
