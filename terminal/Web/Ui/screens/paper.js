// Paper: the receipt printer, the language of screens and papers, and practising an outage.

import { get, post } from "../api.js";
import { dialog, fill, h, turns } from "../dom.js";
import { t, count } from "../i18n.js";
import { onStatus } from "../events.js";
import { time } from "../format.js";
import { refreshSession } from "../session.js";
import { isManager } from "../state.js";
import { showFault, toast } from "../toast.js";

export const path = "paper";
export const icon = "printer";
export const label = "paper";

const field = (text, input) => h("label", {}, h("span", {}, text), input);

/** What is to be known of a printer; the first start asks for the same. */
export const printerFields = (paper, may) => [
  field(t("paper.address"), h("input", {
    name: "address", value: paper.address ?? "", autocomplete: "off", disabled: !may, placeholder: "tcp://192.0.2.7",
  })),
  field(t("paper.width"), h("select", { name: "width", disabled: !may },
    [80, 58].map(mm => h("option", { value: mm, selected: paper.paperMillimetres === mm }, `${mm} mm`)))),
  field(t("paper.drawer"), h("select", { name: "drawer", disabled: !may },
    h("option", { value: "yes", selected: paper.drawer }, t("yes")),
    h("option", { value: "no", selected: !paper.drawer }, t("no")))),
];

export const printerOf = form => ({
  address: form.address.value, paperMillimetres: Number(form.width.value), drawer: form.drawer.value === "yes",
});

export function show(root) {
  /** Whoever types is not disturbed, neither when something changed nor when the answer about it comes. */
  const types = () => root.contains(document.activeElement?.closest("form"));

  const turn = turns();

  async function draw(disturbs = true) {
    const counts = turn();
    try {
      const paper = await get("/api/paper");
      if ((!disturbs && types()) || !counts()) return;
      fill(root, h("h1", {}, t("paper")), printer(paper), language(paper), drill(paper));
    } catch (fault) {
      showFault(fault);
    }
  }

  const may = isManager();

  const printer = paper => h("section", { class: "card" },
    h("h2", {}, t("paper.printer")),
    h("p", { class: "hint" }, t(!paper.address ? "paper.noprinter" : `paper.last.${paper.last ?? "none"}`), " ",
      paper.waiting > 0 ? count("paper.waiting", paper.waiting) : ""),
    h("form", { onsubmit: event => { event.preventDefault(); set(event.target); } },
      printerFields(paper, may),
      h("div", { class: "actions" },
        may ? h("button", { class: "main", "data-key": "printer-save" }, t("save")) : null,
        paper.address ? h("button", { type: "button", "data-key": "printer-test", onclick: () => print("test") },
          t("paper.test")) : null,
        paper.waiting > 0 && paper.address
          ? h("button", { type: "button", "data-key": "printer-print", onclick: () => print("print") }, t("paper.print"))
          : null)));

  const language = paper => h("section", { class: "card" },
    h("h2", {}, t("paper.language")),
    field(t("paper.language.choose"), h("select", {
      "data-key": "language", disabled: !may, onchange: event => speak(event.target.value),
    }, h("option", { value: "", selected: paper.locale === "" },
      t("paper.language.store", { language: t(`locale.${paper.storeLocale}`) })), paper.locales.map(name => h("option", { value: name, selected: name === paper.locale }, t(`locale.${name}`))))));

  const drill = paper => h("section", { class: "card" },
    h("h2", {}, t("drill")),
    h("p", {}, paper.drillUntil ? t("drill.runs", { time: time(paper.drillUntil) }) : t("drill.what")),
    !may ? h("p", { class: "hint" }, t("drill.manager"))
      : h("button", { type: "button", "data-key": "drill", onclick: () => paper.drillUntil ? end() : begin() },
        t(paper.drillUntil ? "drill.end" : "drill.start")));

  async function set(form) {
    await act(() => post("/api/paper/printer", printerOf(form)), t("paper.saved"));
  }

  async function print(what) {
    await act(async () => {
      const { result } = await post(`/api/paper/${what}`);
      toast(t(`paper.last.${result ?? "none"}`), result === "Printed" ? "good" : "bad");
    });
  }

  async function speak(locale) {
    try {
      await post("/api/paper/language", { locale });
      // Draws the screen anew; drawn twice, it would take away what is typed meanwhile.
      await refreshSession();
    } catch (fault) {
      showFault(fault);
    }
  }

  async function begin() {
    const minutes = await dialog(t("drill.start"), close => {
      const input = h("input", { name: "minutes", type: "number", min: 1, max: 240, value: 10, required: true });
      return h("form", {
        method: "dialog", onsubmit: event => { event.preventDefault(); close(Number(input.value)); },
      }, h("p", {}, t("drill.real")), field(t("drill.minutes"), input),
      h("div", { class: "actions" }, h("button", { class: "main" }, t("drill.start"))));
    }, t("close"));
    if (minutes) await act(() => post("/api/drill/start", { minutes }));
  }

  async function end() {
    await act(async () => {
      const slip = await post("/api/drill/end");
      await dialog(t("drill"), () => h("pre", { class: "paper", tabindex: 0 }, slip.text), t("close"));
    });
  }

  async function act(work, done) {
    try {
      await work();
      if (done) toast(done, "good");
      await draw();
    } catch (fault) {
      showFault(fault);
    }
  }

  draw();
  return onStatus((status, changed) => {
    if (changed && !types()) draw(false);
  });
}
