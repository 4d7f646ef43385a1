/* The form of capture: kept on every change, saved here first, sent from here. Without it the form sends itself. */
import { clock, fill, picture, say, unsay } from "./capture-parts.js";
import { addPhotos, entryOf, reopened, seenOf } from "./drafts.js";
import { prepare } from "./offline.js";
import { drain, newId, tell } from "./sending.js";
import * as store from "./store.js";

const PATIENCE = 8000; // milliseconds that somebody waits for the number before going on with the next one

class DubanCapture extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.words = JSON.parse(this.dataset.words);
    this.person = this.dataset.person;
    this.seen = {};
    this.form.addEventListener("input", (event) => event.target.type !== "file" && this.keep());
    this.form.addEventListener("click", (event) => event.target.type === "file" && this.keep()); // before the camera opens
    this.form.addEventListener("change", (event) => event.target.type === "file" && this.take(event.target));
    this.form.addEventListener("submit", (event) => this.save(event));
    this.querySelectorAll(".photo-way").forEach((way) => way.classList.add("is-quick"));
    this.at_work = this.opened = this.begin();
    this.ready = this.opened.then((isOpen) => this.prepare(isOpen));
  }

  /* Whether something kept is open now. */
  async begin() {
    const wasRefused = "tried" in this.dataset; // sent by the form itself, and it stays so
    if (!wasRefused) this.form.elements.client_id.value = newId(); // a page that is put aside brings the same each time
    this.usable = !wasRefused && (await store.isUsable());
    if (!this.usable && !wasRefused) this.note("no_storage");
    if (this.usable && navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
    return this.usable && this.restore();
  }

  async prepare(isOpen) {
    const isReady = !this.usable || (await prepare(this.person, this.form.elements.round_id.value, !isOpen));
    if (!isReady) this.note("no_worker");
  }

  get id() {
    return this.form.elements.client_id.value;
  }

  /* Keep the draft as it stands. */
  keep() {
    if (this.usable === false || this.isSaving) return this.at_work;
    return this.after(() => this.usable && store.keep(entryOf(this.form, this.person, "draft", this.seen)));
  }

  /* One after the other, and what fails is said. */
  after(work) {
    this.at_work = this.at_work.then(work).catch((error) => {
      this.note("storage_full");
      this.failed = error;
    });
    return this.at_work;
  }

  async take(input) {
    await this.opened;
    if (!this.usable) return this.at_work; // the form brings the files itself
    const files = [...input.files], id = this.id;
    input.value = "";
    return this.after(() => addPhotos(id, files, () => this.drawPhotos()));
  }

  async drawPhotos() {
    const photos = await store.photosOf(this.id);
    this.querySelector("[data-photos]").replaceChildren(...photos.map((photo) =>
      picture(photo, this.words.remove, () => this.after(() => store.dropPhoto(photo.client_id, photo.n)).then(() => this.drawPhotos()))));
  }

  /* The entry that was asked for, or the last draft; whether there is one. */
  async restore() {
    const kept = await reopened(this.person, location.hash.slice(1), this.form.elements.round_id.value);
    if (!kept) return false;
    this.seen = seenOf(kept);
    fill(this.form, kept.fields);
    await this.drawPhotos();
    if (kept.refusal) this.note("refused", kept.refusal);
    const drop = () => this.after(() => store.discard(this.id)).then(() => this.next(false));
    this.note("draft", this.words.draft.replace("{at}", clock(kept.saved_at)), drop);
    return true;
  }

  save(event) {
    if (this.usable === false) return; // the form sends itself
    event.preventDefault();
    if (!this.isSaving) this.send();
  }

  async send() {
    this.busy(true);
    try {
      await this.ready;
      if (!this.usable) return this.form.submit();
      for (const input of this.form.querySelectorAll("[type=file]")) if (input.files.length) await this.take(input);
      await this.at_work;
      const one = entryOf(this.form, this.person, "waiting", this.seen);
      for (const field of this.form.elements) field.disabled = true; // what is kept is what is sent
      await this.settle(one);
    } finally {
      for (const field of this.form.elements) field.disabled = false;
      this.busy(false);
    }
    return undefined;
  }

  /* Keep it, and wait a moment for its number. */
  async settle(one) {
    this.failed = null;
    await this.after(() => store.keep(one));
    if (this.failed) return;
    tell();
    await Promise.race([drain(this.person), new Promise((resolve) => { setTimeout(resolve, PATIENCE); })]);
    const sent = await store.sentEntry(one.client_id), left = await store.entry(one.client_id);
    if (left && left.state === "refused") return this.note("refused", left.refusal);
    this.next(true);
    if (sent) location.assign(sent.address);
    else this.note("kept");
  }

  busy(isSaving) {
    this.isSaving = isSaving;
    this.form.setAttribute("aria-busy", String(isSaving));
    this.form.querySelector(".capture-send button").disabled = isSaving;
  }

  note(name, words, drop) {
    const act = drop && { words: this.words.drop_draft, act: drop };
    say(this, name, words || this.words[name], act);
  }

  /* An empty form for the next one, with the same unit. */
  next(isSameUnit) {
    const { organization_id: units, client_id } = this.form.elements;
    const unit = isSameUnit && units.value;
    this.form.reset();
    if (unit) units.value = unit;
    client_id.value = newId();
    this.seen = {};
    history.replaceState(null, "", location.pathname + location.search);
    unsay(this, "draft", "refused", "kept");
    this.drawPhotos();
    tell();
  }
}

customElements.define("duban-capture", DubanCapture);
