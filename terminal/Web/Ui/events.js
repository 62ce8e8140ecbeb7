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

export function listen() {
  source = new EventSource(`${base}/api/events`);
  source.addEventListener("status", event => tell(JSON.parse(event.data)));
  source.addEventListener("error", () => tell(null));
  // A page that is put away must not keep a connection of the terminal's few.
  addEventListener("pagehide", () => source.close());
}

/** Null when the terminal's program does not answer. */
export function tell(status) {
  const changed = status !== null && status.changes !== state.status?.changes;
  state.status = status;
  state.statusAt = performance.now();
  for (const listener of listeners) listener(status, changed);
}
