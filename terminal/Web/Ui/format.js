// Amounts, dates and spans of time as the language writes them. Amounts are {minor, currency}.

import { locale } from "./i18n.js";
import { state } from "./state.js";

const made = new Map();

function currencyFormat(currency) {
  const key = locale() + currency;
  if (!made.has(key)) made.set(key, new Intl.NumberFormat(locale(), { style: "currency", currency }));
  return made.get(key);
}

export const digitsOf = currency => currencyFormat(currency).resolvedOptions().maximumFractionDigits;

export const money = amount =>
  amount ? currencyFormat(amount.currency).format(amount.minor / 10 ** digitsOf(amount.currency)) : "";

/** As the terminal reads it: digits and a point, no thousands. */
export const plain = amount =>
  (amount.minor / 10 ** digitsOf(amount.currency)).toFixed(digitsOf(amount.currency));

/**
 * Minor units of what a person typed, or null. A comma and a point both divide; more digits than the currency has
 * are refused, since they would have to be rounded.
 */
export function minorOf(text, currency) {
  const digits = digitsOf(currency);
  const match = /^(\d{1,10})(?:[.,](\d+))?$/.exec(text.trim());
  if (!match || (match[2]?.length ?? 0) > digits) return null;
  return Number(match[1]) * 10 ** digits + Number((match[2] ?? "").padEnd(digits, "0") || 0);
}

export const percent = basisPoints =>
  new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 2 }).format(basisPoints / 10000);

export const number = n => new Intl.NumberFormat(locale()).format(n);

/** The clock goes to 24, except where the papers say AM and PM. */
const clock = () => (locale() === "en-US" ? {} : { hourCycle: "h23" });

/** Moments stand by the shop's clock, as on its papers, whatever the browser's is; by the browser's until it is known. */
function moment(at, styles) {
  const offset = state.shopOffset;
  const shown = offset === null ? new Date(at) : new Date(new Date(at).getTime() + offset * 60000);
  const zone = offset === null ? {} : { timeZone: "UTC" };
  return new Intl.DateTimeFormat(locale(), { ...styles, ...clock(), ...zone }).format(shown);
}

export const time = at => moment(at, { hour: "2-digit", minute: "2-digit" });

export const dateTime = at => moment(at, { dateStyle: "medium", timeStyle: "short" });

export const date = day =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone: "UTC" }).format(new Date(day));

/** What the terminal wrote with the moment itself: it stands through the change of summer time. */
const ofShop = at => new Date(`${at.slice(0, 19)}Z`);

export const shopTime = at => new Intl.DateTimeFormat(
  locale(), { dateStyle: "medium", timeStyle: "short", timeZone: "UTC", ...clock() }).format(ofShop(at));

/** The calendar's day of a moment in the shop, as `date` writes a business day. */
export const shopDay = at => new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone: "UTC" }).format(ofShop(at));

/** A span in its two largest units: 3 d 4 h, 2 h 5 min, 2 h, 4 min, 20 s. */
export function span(seconds) {
  const unit = (n, name) =>
    new Intl.NumberFormat(locale(), { style: "unit", unit: name, unitDisplay: "short" }).format(n);
  const s = Math.max(0, Math.floor(seconds));
  const two = (n, name, rest, restName) => (rest > 0 ? `${unit(n, name)} ${unit(rest, restName)}` : unit(n, name));
  if (s >= 86400) return two(Math.floor(s / 86400), "day", Math.floor(s % 86400 / 3600), "hour");
  if (s >= 3600) return two(Math.floor(s / 3600), "hour", Math.floor(s % 3600 / 60), "minute");
  return s >= 60 ? unit(Math.floor(s / 60), "minute") : unit(s, "second");
}
