// Every text a person reads comes from lang/<language>/*.json, which the terminal serves as one document.

let texts = {};
let current = "en";
let written = "en-GB";

export async function loadLanguage(language) {
  const answer = await fetch(`/lang/${language}.json`);
  if (!answer.ok) throw new Error(`no texts for ${language}`);
  texts = await answer.json();
  current = language;
  document.documentElement.lang = language;
}

export const language = () => current;

/** As figures, dates and times are written on the shop's papers. English of no country: day, month's name, 24 hours. */
export const locale = () => written;

export const writeAs = name => { written = name === "en" ? "en-GB" : name; };

/** Who serves where nobody signs in has no name; the journal calls them so. */
export const whoIs = name => (!name || name === "cashier" ? t("nobody") : name);

/** The text of a key, with {name} replaced by the value of that name. A key without a text shows itself. */
export function t(key, values = {}) {
  const text = texts[key];
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

/** Whether there is a text of the key: for texts that depend on what the terminal answered. */
export const has = key => key in texts;

/** The text for a number of things: `key.one` or `key.other`, as the language counts. */
export function count(key, n, values = {}) {
  const rule = new Intl.PluralRules(current).select(n);
  return t(has(`${key}.${rule}`) ? `${key}.${rule}` : `${key}.other`, { n, ...values });
}
