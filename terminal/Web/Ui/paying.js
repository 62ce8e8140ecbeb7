// The try to pay that this page asked for, until its end was shown: a reload, the browser's way back or a lock in between
// loses no answer. Ids only, and only for as long as the window is open.

import { base } from "./base.js";

const KEY = `cloudpos-paying${base}`;

export const beginPaying = (sale, turn) => sessionStorage.setItem(KEY, JSON.stringify({ sale, turn }));

export const endPaying = () => sessionStorage.removeItem(KEY);

/** {sale, turn}, or null. */
export const paying = () => JSON.parse(sessionStorage.getItem(KEY) ?? "null");
