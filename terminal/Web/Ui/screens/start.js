// The first start: a terminal that belongs to nobody yet joins its merchant with a one-time code.

import { post } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { refreshSession } from "../session.js";
import { go } from "../router.js";
import { closeToast, showFault } from "../toast.js";

export const path = "start";
export const icon = null;
export const label = "start";

export function show(root) {
  const url = h("input", { name: "url", type: "url", required: true, placeholder: "https://", autocomplete: "off" });
  const code = h("input", { name: "code", required: true, autocomplete: "off", maxlength: 64 });
  const button = h("button", { class: "main" }, t("start.join"));
  root.append(h("section", { class: "form" },
    h("p", { class: "hint" }, t("setup.step", { n: 1, of: 3 })),
    h("h1", {}, t("start.title")), h("p", {}, t("start.what")),
    h("form", {
      onsubmit: async event => {
        event.preventDefault();
        button.disabled = true;
        try {
          await post("/api/setup/enrol", { url: url.value.trim(), code: code.value.trim() });
          closeToast();
          // Where people sign in, this is what they come to afterwards.
          location.hash = "#/setup/printer";
          await refreshSession();
          go("setup/printer");
        } catch (fault) {
          showFault(fault);
        } finally {
          button.disabled = false;
        }
      },
    },
    h("label", {}, h("span", {}, t("start.url")), url),
    h("label", {}, h("span", {}, t("start.code")), code),
    h("div", { class: "actions" }, button))));
  url.focus();
}
