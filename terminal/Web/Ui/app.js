// The page of the terminal: plain modules, no build step, nothing from elsewhere.

import { get, whenSignedOut } from "./api.js";
import { holdWhilePressed } from "./dom.js";
import { listen, onStatus, tell } from "./events.js";
import { render, start } from "./router.js";
import { watchTouches } from "./lock.js";
import { onSession, refreshSession } from "./session.js";
import { state } from "./state.js";
import { showBar } from "./bar.js";
import { catchWedge } from "./wedge.js";

async function begin() {
  try {
    const [, status] = await Promise.all([refreshSession(), get("/api/status")]);
    tell(status);
  } catch {
    // The program is starting or gone: the bar says so, and the stream notices when it answers.
    if (!state.session) { setTimeout(begin, 500); return; }
  }
  onStatus(status => {
    if (status && status.enrolled !== state.session.enrolled) askSession();
    showBar(status);
  });
  showBar(state.status);
  setInterval(() => showBar(state.status), 1000);
  onSession(render);
  whenSignedOut(askSession);
  catchWedge();
  holdWhilePressed();
  watchTouches();
  start();
  listen();
}

/** Where the program does not answer, the next status or call asks again. */
const askSession = () => refreshSession().catch(() => null);

await begin();
