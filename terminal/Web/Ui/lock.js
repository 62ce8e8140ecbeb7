// The automatic lock: a screen that nobody touches asks for a PIN again. The terminal locks by its own clock; this
// tells it of touches and shows the lock in time.

import { post } from "./api.js";
import { refreshSession } from "./session.js";
import { state } from "./state.js";

const TELL_EVERY = 15000;
let touched = 0;
let told = 0;
let locking = false;

export function watchTouches() {
  touched = told = performance.now();
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, touch, { capture: true, passive: true });
  setInterval(look, 1000);
}

function touch() {
  touched = performance.now();
  if (!isOpen() || touched - told < TELL_EVERY) return;
  told = touched;
  post("/api/people/touch").catch(() => { told = 0; });
}

function look() {
  if (isOpen() && performance.now() - touched > state.session.lockSeconds * 1000) lock();
}

const isOpen = () => Boolean(state.session?.signIn && state.session.who);

/** Once at a time: a second one that comes late would lock out whoever has signed in meanwhile. */
export async function lock() {
  if (locking) return;
  locking = true;
  await post("/api/people/lock").catch(() => null);
  await refreshSession().catch(() => null);
  locking = false;
}
