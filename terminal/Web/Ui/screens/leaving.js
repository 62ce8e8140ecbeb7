// Giving this terminal away: what is not sent goes to the back office as a sealed file, its confirmation comes back, and a
// manager signs the terminal out or empties it. The terminal itself refuses what would lose something, and says why.

import { fetchFile, get, post } from "../api.js";
import { ask } from "../form.js";
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { postManaged } from "../pin.js";
import { refreshSession } from "../session.js";
import { showFault, toast } from "../toast.js";

const ASK_AGAIN = 300;
/** Until a terminal that began anew answers; a slow one too. */
const ASKS_MAX = 200;

/** @param told where it stands what was saved, for as long as the screen is shown. */
export function leaving(about, told) {
  const address = about.backOffice.replace(/\/$/, "");
  const file = h("input", { type: "file", hidden: true, "aria-hidden": "true", tabindex: -1, onchange: () => confirm(file) });
  const step = (key, text, what, act) => h("div", { class: "step-of-leaving" },
    h("button", { type: "button", "data-key": key, onclick: act }, text), h("p", { class: "hint" }, what));
  return h("div", { class: "leaving" },
    about.unsent > 0 ? [
      step("seal", t("leave.seal"), t("leave.seal.what", { address }), () => seal(address, told)), told,
      step("confirm", t("leave.confirm"), t("leave.confirm.what"), () => file.click()), file,
    ] : null,
    step("out", t("leave.out"), t("leave.out.what"), () => leave(about, false)),
    step("reset", t("leave.reset"), t("leave.reset.what"), () => leave(about, true)));
}

async function seal(address, told) {
  try {
    const { name, content } = await fetchFile("/api/leave/sealed");
    const url = URL.createObjectURL(content);
    h("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    fill(told, t("leave.sealed", { name, address }));
  } catch (fault) {
    showFault(fault);
  }
}

async function confirm(file) {
  try {
    const [chosen] = file.files;
    if (!chosen) return;
    toast(t("leave.confirmed", await post("/api/leave/confirm", { confirmation: await chosen.text() })), "good");
  } catch (fault) {
    showFault(fault);
  } finally {
    file.value = "";
  }
}

async function leave(about, reset) {
  const typed = await ask(t(reset ? "leave.reset" : "leave.out"), [{
    name: "terminal", text: t("leave.type", { terminal: about.terminal }), hint: t(reset ? "leave.reset.what" : "leave.out.what"),
    attributes: { required: true, maxlength: 64 },
  }], t(reset ? "leave.reset" : "leave.out"));
  if (typed === null) return;
  try {
    await postManaged("/api/leave", { terminal: typed.terminal, reset });
  } catch (fault) {
    showFault(fault);
    return;
  }
  await beginAnew();
}

/** The program closes the folder, sets it aside and opens an empty one at the same address. */
async function beginAnew() {
  fill(document.getElementById("main"), h("p", { class: "underway", role: "status" }, t("leave.underway")));
  for (let asked = 0; asked < ASKS_MAX; asked++) {
    await new Promise(rest => setTimeout(rest, ASK_AGAIN));
    const session = await get("/api/session").catch(() => null);
    if (session?.enrolled === false) {
      // The stream may have said so before: whoever types the next code already is not disturbed.
      history.replaceState(null, "", location.pathname);
      await refreshSession().catch(() => location.reload());
      return;
    }
  }
  showFault({ sentences: [t("leave.failed")] });
}
