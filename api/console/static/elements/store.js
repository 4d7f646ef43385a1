/* What this device keeps: entries by client_id, photographs beside them one by one, and what was sent. */
const NAME = "duban";
const MOST_SENT = 50;
export const STEPS = [ // of the schema, each on top of the one before; none takes anything away
  (db) => {
    db.createObjectStore("entries", { keyPath: "client_id" });
    db.createObjectStore("photos", { keyPath: ["client_id", "n"] });
    db.createObjectStore("sent", { keyPath: "client_id" });
  },
  (db) => db.createObjectStore("leases", { keyPath: "name" }),
];
let opened = null;

export function open(steps = STEPS) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, steps.length);
    request.onupgradeneeded = (event) => steps.slice(event.oldVersion).forEach((step) => step(request.result));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function forget() {
  opened = null;
}

async function database() {
  opened = opened || open();
  try {
    const db = await opened;
    db.onclose = forget; // phones that are short of memory close it under us
    db.onversionchange = () => {
      db.close();
      forget();
    };
    return db;
  } catch (error) {
    forget();
    throw error;
  }
}

/* Do something in one transaction; once more when the database was closed under us. */
async function within(names, mode, work, isAgain = false) {
  try {
    const db = await database();
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction(names, mode);
      const request = work(...names.map((name) => transaction.objectStore(name)));
      transaction.oncomplete = () => resolve(request && request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } catch (error) {
    if (isAgain || !error || error.name === "QuotaExceededError") throw error;
    forget();
    return within(names, mode, work, true);
  }
}

const photosWithin = (id) => IDBKeyRange.bound([id], [id, []]);
const byTime = (one, other) => one.saved_at - other.saved_at;

/* Whether anything can be kept here: not in the private windows of some browsers. */
export const isUsable = () => database().then(() => true, () => false);

export const entry = (id) => within(["entries"], "readonly", (entries) => entries.get(id));
export const keep = (one) => within(["entries"], "readwrite", (entries) => entries.put(one));
export const sentEntry = (id) => within(["sent"], "readonly", (sent) => sent.get(id));
export const photosOf = (id) => within(["photos"], "readonly", (photos) => photos.getAll(photosWithin(id)));
export const dropPhoto = (id, n) => within(["photos"], "readwrite", (photos) => photos.delete([id, n]));

/* Make one entry another, in one transaction: `make` is given what it is by then, and gives nothing to leave it. */
export async function change(id, make) {
  let changed = null;
  await within(["entries"], "readwrite", (entries) => {
    const held = entries.get(id);
    held.onsuccess = () => {
      changed = (held.result && make(held.result)) || null;
      if (changed) entries.put(changed);
    };
  });
  return changed;
}

/* Keep what has become of a photograph, unless it was taken away meanwhile. */
export function keepPhoto(photo) {
  return within(["photos"], "readwrite", (photos) => {
    const held = photos.getKey([photo.client_id, photo.n]);
    held.onsuccess = () => held.result && photos.put(photo);
  });
}

/* What one person keeps here, the oldest first; without a person, of everybody. */
export async function entriesOf(owner) {
  const all = await within(["entries"], "readonly", (entries) => entries.getAll());
  return all.filter((one) => !owner || one.owner === owner).sort(byTime);
}

export async function sentOf(owner) {
  const all = await within(["sent"], "readonly", (sent) => sent.getAll());
  return all.filter((one) => one.owner === owner).sort(byTime).reverse();
}

/* Add a photograph after those that there are. */
export function addPhoto(id, photo) {
  return within(["photos"], "readwrite", (photos) => {
    const keys = photos.getAllKeys(photosWithin(id));
    keys.onsuccess = () => photos.put({ ...photo, client_id: id, n: keys.result.length ? keys.result.pop()[1] + 1 : 0 });
  });
}

/* It was accepted: the entry and its photographs go, and its number stays. */
export function accept(one, sent) {
  return within(["entries", "photos", "sent"], "readwrite", (entries, photos, all) => {
    entries.delete(one.client_id);
    photos.delete(photosWithin(one.client_id));
    all.put({ client_id: one.client_id, owner: one.owner, summary: one.fields.summary, saved_at: Date.now(), ...sent });
    const mine = all.getAll();
    mine.onsuccess = () => {
      const theirs = mine.result.filter((other) => other.owner === one.owner).sort(byTime);
      theirs.slice(0, -MOST_SENT).forEach((other) => all.delete(other.client_id));
    };
  });
}

export function discard(id) {
  return within(["entries", "photos"], "readwrite", (entries, photos) => {
    entries.delete(id);
    photos.delete(photosWithin(id));
  });
}

/* Take, renew or (with no time) give back a lease; whether it is ours. For browsers without locks. */
export async function lease(name, tab, milliseconds) {
  let isOurs = false;
  await within(["leases"], "readwrite", (leases) => {
    const held = leases.get(name);
    held.onsuccess = () => {
      isOurs = !held.result || held.result.tab === tab || held.result.until < Date.now();
      if (isOurs) leases.put({ name, tab, until: Date.now() + milliseconds });
    };
  });
  return isOurs;
}
