// Keyboard wedges: scanners and stripe readers that type. Scans end with Enter and come faster than people type.
// From a stripe's start sentinel on nothing reaches the page: the keys go to one buffer, once to the terminal, and
// the buffer is emptied. No card number is in a field, the address, storage or a log.

import { postText } from "./api.js";
import { t } from "./i18n.js";
import { closeToast, showFault } from "./toast.js";

/** Between two keys of a scan. Generous: outside any field nobody types anything else. */
const KEY_GAP_MAX = 1000;
const SCAN_LENGTH_MIN = 4;
const STRIPE_LENGTH_MAX = 500;
/** Without Enter at its end. Longer than any machine stands still between two keys of a stripe: the rest must not reach the page. */
const STRIPE_QUIET = 1000;

const scans = new Set();
const swipes = new Set();
let scan = [];
let lastKey = 0;
let stripe = null;
let quiet = 0;

/** Calls back with the text of a scan that was made while no field had the focus. Returns how to stop. */
export function onScan(listener) { scans.add(listener); return () => scans.delete(listener); }

/** Calls back once the terminal holds a swiped card. Returns how to stop. */
export function onSwipe(listener) { swipes.add(listener); return () => swipes.delete(listener); }

export function catchWedge() {
  addEventListener("keydown", key, { capture: true });
}

function key(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (stripe !== null || event.key === ";" || event.key === "%") stripeKey(event);
  else if (!isField(event.target)) scanKey(event);
}

function stripeKey(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  stripe ??= [];
  if (event.key.length === 1 && stripe.length < STRIPE_LENGTH_MAX) stripe.push(event.key);
  clearTimeout(quiet);
  quiet = setTimeout(endStripe, STRIPE_QUIET);
  if (event.key === "Enter") endStripe();
}

async function endStripe() {
  clearTimeout(quiet);
  const keys = stripe;
  stripe = null;
  // A single sentinel is a slip of the finger, not a card.
  if (!keys || keys.length < 8) { keys?.fill(""); return; }
  // What is asked in a dialog comes first: a card that pays behind it would be paid unseen.
  if (document.querySelector("dialog[open]")) {
    keys.fill("");
    showFault({ sentences: [t("pay.dialog")] });
    return;
  }
  // Who waits for a card now: a screen that opens before the answer comes did not ask for this one.
  const waiting = [...swipes];
  try {
    await postText("/api/reader/swipe", keys.join(""));
    for (const listener of waiting) if (swipes.has(listener)) listener();
  } catch (fault) {
    showFault(fault);
  } finally {
    keys.fill("");
    keys.length = 0;
  }
}

function scanKey(event) {
  const now = event.timeStamp;
  if (now - lastKey > KEY_GAP_MAX) scan = [];
  lastKey = now;
  if (event.key.length === 1) scan.push(event.key);
  else if (event.key === "Enter" && scan.length >= SCAN_LENGTH_MIN) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const text = scan.join("");
    scan = [];
    closeToast();
    for (const listener of scans) listener(text);
  }
}

/** Where keys mean something else: fields, and the pad for a PIN. */
const isField = target => target instanceof HTMLElement
  && (target.matches("input, textarea, select") || target.isContentEditable || target.closest(".pinpad, dialog"));
