// The terminal's API: JSON over loopback. A fault is an exception with the sentences to show and a code.

import { base } from "./base.js";

export class Fault extends Error {
  constructor(code, sentences, asked = null) {
    super(sentences.join(" "));
    this.code = code;
    this.sentences = sentences;
    this.asked = asked;
  }
}

const onSignIn = new Set();

/** Called when the terminal wants somebody to sign in. */
export const whenSignedOut = listener => onSignIn.add(listener);

export const get = path => call(path, { method: "GET" });

export const post = (path, body = {}) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** What is no JSON: what a card reader typed. */
export const postText = (path, text) =>
  call(path, { method: "POST", headers: { "Content-Type": "text/plain" }, body: text });

/** A file, with the name that the terminal gave it. */
export async function fetchFile(path) {
  const answer = await reach(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
  if (!answer.ok) await read(answer);
  const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "";
  return { name, content: await answer.blob().catch(() => { throw new Fault("Gone", []); }) };
}

const call = async (path, options) => read(await reach(path, options));

async function reach(path, options) {
  try {
    return await fetch(base + path, { ...options, cache: "no-store" });
  } catch {
    throw new Fault("Gone", []);
  }
}

async function read(answer) {
  const body = await answer.json().catch(() => null);
  if (answer.ok && body !== null) return body;
  const fault = new Fault(body?.code ?? "Gone", body?.sentences ?? [], body?.asked);
  if (fault.code === "SignInNeeded") onSignIn.forEach(listener => listener());
  throw fault;
}
