// One sentence that everybody notices: above the screen, read out, gone after a while or at a touch.

import { h } from "./dom.js";
import { t } from "./i18n.js";

let timer = 0;

export function toast(sentences, kind = "bad") {
  const place = document.getElementById("toast");
  const close = () => place.replaceChildren();
  clearTimeout(timer);
  place.replaceChildren(h("div", { class: `toast ${kind}` },
    h("p", {}, [sentences].flat().join(" ")),
    h("button", { type: "button", class: "plain", onclick: close }, t("close"))));
  timer = setTimeout(close, kind === "bad" ? 12000 : 4000);
}

/** Shows what went wrong with a call. */
export const showFault = fault =>
  toast(fault.sentences?.length ? fault.sentences : t(fault.code === "Gone" ? "gone" : "failed"));
