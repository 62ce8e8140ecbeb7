// A form in a dialog, as several screens need it.

import { dialog, h } from "./dom.js";
import { t } from "./i18n.js";

/**
 * Asks for some fields: {name, text, attributes?, options?: [{value, text}], hint?}. Answers with their trimmed texts by
 * name, with what an extra button closed with, or with null.
 */
export const ask = (title, fields, action, extra = null) => dialog(title, close => {
  const inputs = fields.map(field => field.options
    ? h("select", { name: field.name, ...field.attributes }, field.options.map(option =>
      h("option", { value: option.value, selected: option.value === field.value }, option.text)))
    : h("input", { name: field.name, autocomplete: "off", ...field.attributes }));
  return h("form", {
    method: "dialog",
    onsubmit: event => {
      event.preventDefault();
      close(Object.fromEntries(inputs.map(input => [input.name, input.value.trim()])));
    },
  }, fields.map((field, i) => h("label", {}, h("span", {}, field.text), inputs[i],
    field.hint ? h("small", { class: "hint" }, field.hint) : null)),
  h("div", { class: "actions" }, h("button", { class: "main" }, action), extra?.(close)));
}, t("close"));
