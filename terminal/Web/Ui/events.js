// What the terminal tells by itself. One stream for all screens; the browser opens it again when it breaks.

import { base } from "./base.js";
import { state } from "./state.js";

const listeners = new Set();
let source = null;

/** Calls back with (status, changed) - changed when something was written down. Returns how to stop. */
export function onStatus(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where the browser itself gives up: it was refused, or what answers is no stream. */
const OPEN_AGAIN = 2000;

export function listen() {
  open();
  // A page that is put away must not keep a connection of the terminal's few; taken out again it is as old as it looks.
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
}

function open() {
  source = new EventSource(`${base}/api/events`);
  source.addEventListener("status", event => tell(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    tell(null);
    if (source.readyState === EventSource.CLOSED) setTimeout(openAgain, OPEN_AGAIN);
  });
}

/** Where the terminal to practise on is gone, its page is the shop's: nobody goes on practising with nothing behind it. */
async function openAgain() {
  const page = base ? await fetch(`${base}/`, { cache: "no-store" }).catch(() => null) : null;
  if (page?.redirected) location.replace("/");
  else open();
}

/** Null when the terminal's program does not answer. */
export function tell(status) {
  const changed = status !== null && status.changes !== state.status?.changes;
  state.status = status;
  if (status) state.shopOffset = status.shopOffsetMinutes ?? null;
  state.statusAt = performance.now();
  for (const listener of listeners) listener(status, changed);
}
