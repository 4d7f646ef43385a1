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
      for (const one of waiting) await send(one.client_id, owner, known);
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

/* Send one entry as it is by now: it may have been opened again or discarded since the list was made. */
async function send(id, owner, known, isAgain = false) {
  for (const photo of (await store.photosOf(id)).filter((one) => !one.evidence_id)) {
    const refusal = await upload(photo, owner);
    if (refusal) return refuse(id, refusal);
  }
  const one = await store.change(id, (held) => held.state === "waiting" && tried(held, known));
  const photos = await store.photosOf(id);
  if (!one || photos.some((photo) => !photo.evidence_id)) return undefined; // one more since: the next time round
  const form = new FormData();
  for (const [name, value] of Object.entries(one.fields)) form.append(name, value);
  for (const photo of photos) form.append("kept_evidence", photo.evidence_id);
  const { answer, told } = await post("/findings/new", form, owner, {});
  if (told.errors && told.errors.evidence_ids && !isAgain) { // swept away meanwhile: they are still here
    await forgetUploads(id);
    return send(id, owner, known, true);
  }
  if (!answer.ok) return refuse(id, refusalOf(answer, told));
  await store.accept(one, { id: told.id, number: told.number, address: told.address });
  return tell();
}

/* The entry as it is tried; seen when it was first saved, whatever this clock says. */
function tried(one, known) {
  const fields = { ...one.fields }, age = Date.now() - (one.seen_at || one.saved_at);
  if (!fields.found_at && !one.tried_at && age > MINUTE) fields.found_at = new Date(Date.parse(known.now) - age).toISOString();
  return { ...one, fields, tried_at: one.tried_at || Date.now() };
}

/* It stays with what it was refused for, and those after it go on. */
async function refuse(id, refusal) {
  await store.change(id, (held) => held.state === "waiting" && { ...held, state: "refused", refusal });
  tell();
}

/* Bring one photograph; what it was refused for, if it was. */
async function upload(photo, owner) {
  const form = new FormData();
  form.append("evidence_ids", new File([photo.content], photo.name, { type: photo.type }));
  const { answer, told } = await post("/evidence", form, owner, { "Idempotency-Key": photo.key });
  if (!answer.ok) return refusalOf(answer, told);
  await store.keepPhoto({ ...photo, evidence_id: told.ids[0] });
  return null;
}

async function forgetUploads(id) {
  for (const photo of await store.photosOf(id)) await store.keepPhoto({ ...photo, evidence_id: null, key: newId() });
}

/* The answer and what it tells; raises when it says nothing about what was sent: signed out, too many, out of order. */
async function post(address, body, owner, headers) {
  const answer = await fetch(address, { method: "POST", body, headers: { ...JSON_ASKED, "Duban-Sender": owner, ...headers } });
  if ([401, 408, 429].includes(answer.status) || answer.status >= 500) throw new Error(String(answer.status));
  const told = await answer.json().catch(() => ({}));
  if (answer.ok && !told.id && !told.ids) throw new Error("another answers");
  return { answer, told };
}

/* The sentences of a refusal; of one that has none, as those of what stands between us have, its number. */
function refusalOf(answer, told) {
  const sentences = [told.detail, ...Object.values(told.errors || {})].flat().filter(Boolean);
  return [...new Set(sentences)].join(" ") || String(answer.status);
}
