// What all screens share: who is signed in and where, and the newest status.

export const state = { session: null, status: null, statusAt: 0 };

/** Seconds since the newest status: what is counted down goes on between two. */
export const secondsSinceStatus = () => (performance.now() - state.statusAt) / 1000;

export const currency = () => state.session?.currency ?? "EUR";

export const isManager = () => state.session?.who?.isManager ?? false;
