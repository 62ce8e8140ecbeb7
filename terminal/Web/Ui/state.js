// What all screens share: who is signed in and where, the newest status, and the shop's clock against UTC in minutes.

export const state = { session: null, status: null, statusAt: 0, shopOffset: null };

/** Seconds since the newest status: what is counted down goes on between two. */
export const secondsSinceStatus = () => (performance.now() - state.statusAt) / 1000;

export const currency = () => state.session?.currency ?? "EUR";

export const isManager = () => state.session?.who?.isManager ?? false;
