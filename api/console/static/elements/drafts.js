/* What a form holds as an entry of this device, and an entry opened again. */
import { shrunk } from "./photos.js";
import { newId } from "./sending.js";
import * as store from "./store.js";

export function entryOf(form, owner, state, { found_at, seen_at }) {
  const fields = typed(form, found_at);
  return { client_id: form.elements.client_id.value, owner, state, saved_at: Date.now(), seen_at, fields, words: chosen(form) };
}

/* Open the entry that was asked for, or the last draft of the round; nothing when there is none, or another's. */
export async function reopened(owner, asked, roundId) {
  const isDraft = (one) => one.state === "draft" && (one.fields.round_id || roundId) === roundId;
  const kept = asked ? await store.entry(asked) : (await store.entriesOf(owner)).filter(isDraft).pop();
  const isTheirs = kept && kept.owner === owner;
  return isTheirs && (await store.change(kept.client_id, (one) => ({ ...one, state: "draft" }))) ? kept : null;
}

export async function addPhotos(id, files, show) {
  for (const file of files) {
    const small = await shrunk(file);
    const content = await small.arrayBuffer(); // some phones lose files that are kept as such
    await store.addPhoto(id, { content, type: small.type, name: small.name, key: newId() });
    await show();
  }
}

/* What was typed and chosen; a time that this device has worked out stays unless another is typed. */
function typed(form, found_at) {
  const given = [...new FormData(form)].filter(([, value]) => typeof value === "string" && value);
  return { ...(found_at && { found_at }), ...Object.fromEntries(given) };
}

/* The words of what was chosen, for a file that people read. */
function chosen(form) {
  return Object.fromEntries([...form.querySelectorAll("[type=radio]:checked")].map((one) => [one.name, one.closest("label").textContent.trim()]));
}

/* When it was seen: a time worked out before, and when it was first saved. */
export function seenOf(kept) {
  const { found_at = "" } = kept.fields;
  const seen_at = kept.seen_at || (kept.state === "draft" ? undefined : kept.saved_at);
  return { found_at: found_at.endsWith("Z") ? found_at : "", seen_at };
}
