/* Sends what waits, one by one and from one tab alone; an entry leaves when it was accepted, or by its owner's word. */
import * as store from "./store.js";

const JSON_ASKED = { Accept: "application/json" };
const MINUTE = 60_000;
const FIRST_WAIT = 1000, LONGEST_WAIT = 5 * MINUTE; // milliseconds
const TAB = newId();
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("duban-outbox") : null;
let tries = 0, timer = null, atWork = null;
export let isSignedOut = false;

/* A random id; `crypto.randomUUID` is not there over plain http. */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* Let every tab show what there is now. */
export function tell() {
  document.dispatchEvent(new Event("duban-outbox"));
  if (channel) channel.postMessage("changed");
}
if (channel) channel.onmessage = () => document.dispatchEvent(new Event("duban-outbox"));

/* Send what waits of this person; at once when asked again, later when nobody answers. */
export function drain(owner) {
  atWork = atWork || alone(() => sendAll(owner)).finally(() => { atWork = null; });
  return atWork;
}

async function alone(work) {
  const orLater = (isOurs) => (isOurs ? work() : later());
  if (navigator.locks) return navigator.locks.request("duban-outbox", { ifAvailable: true }, orLater);
  const isOurs = await store.lease("outbox", TAB, 2 * MINUTE);
  try {
    return await orLater(isOurs);
  } finally {
    if (isOurs) await store.lease("outbox", TAB, 0);
  }
}

function later(owner) {
  clearTimeout(timer);
  if (!owner) return;
  timer = setTimeout(drain, Math.min(FIRST_WAIT * 2 ** tries, LONGEST_WAIT), owner);
  tries += 1;
}

async function sendAll(owner) {
  clearTimeout(timer);
  for (;;) {
    const waiting = (await store.entriesOf(owner)).filter((one) => one.state === "waiting");
    if (!waiting.length) return;
    try {
      const known = await sender();
      isSignedOut = !known || known.person_id !== owner;
      if (isSignedOut) return tell();
      for (const one of waiting) await send(one, known, false);
      tries = 0;
    } catch {
      tell();
      return later(owner);
    }
  }
}

/* Who is signed in, by an address whose answer is known: a worker's page or a hotel's sign-in says 200 as well. */
async function sender() {
  const answer = await fetch("/outbox/sender", { headers: JSON_ASKED, cache: "no-store" });
  if (answer.status === 401 || answer.status === 403) return null;
  const told = await answer.json();
  if (told.duban !== "sender") throw new Error("another answers");
  return told;
}

async function send(one, known, isAgain) {
  const age = Date.now() - one.saved_at;
  if (!one.fields.found_at && !one.tried_at && age > MINUTE) // seen when it was saved, whatever this clock says
    one.fields.found_at = new Date(Date.parse(known.now) - age).toISOString();
  await store.keep({ ...one, tried_at: one.tried_at || Date.now() });
  const form = new FormData();
  for (const [name, value] of Object.entries(one.fields)) form.append(name, value);
  for (const photo of await store.photosOf(one.client_id))
    form.append("kept_evidence", photo.evidence_id || (await upload(photo)));
  const answer = await post("/findings/new", form, {});
  const told = await answer.json();
  if (answer.status === 201) {
    await store.accept(one, { id: told.id, number: told.number, address: told.address });
  } else if (told.errors && told.errors.evidence_ids && !isAgain) { // swept away meanwhile: they are still here
    await forgetUploads(one.client_id);
    return send(one, known, true);
  } else {
    const sentences = [told.detail, ...Object.values(told.errors || {})].flat();
    await store.keep({ ...one, state: "refused", refusal: [...new Set(sentences)].join(" ") });
  }
  tell();
}

async function upload(photo) {
  const form = new FormData();
  form.append("evidence_ids", new File([photo.content], photo.name, { type: photo.type }));
  const answer = await post("/evidence", form, { "Idempotency-Key": photo.key });
  const told = await answer.json();
  const [evidence_id] = told.ids || [];
  if (evidence_id) await store.keepPhoto({ ...photo, evidence_id });
  return evidence_id || Promise.reject(new Error(told.detail));
}

async function forgetUploads(id) {
  for (const photo of await store.photosOf(id)) await store.keepPhoto({ ...photo, evidence_id: null, key: newId() });
}

/* The answer; raises when it says nothing about what was sent: signed out, too many, out of order. */
async function post(address, body, headers) {
  const answer = await fetch(address, { method: "POST", body, headers: { ...JSON_ASKED, ...headers } });
  if ([401, 408, 429].includes(answer.status) || answer.status >= 500) throw new Error(String(answer.status));
  return answer;
}
