/* The form of capture: kept on every change, saved here first, sent from here. Without it the form sends itself. */
import { clock, fill, picture, say, unsay } from "./capture-parts.js";
import { prepare } from "./offline.js";
import { shrunk } from "./photos.js";
import { drain, newId, tell } from "./sending.js";
import * as store from "./store.js";

const PATIENCE = 8000; // milliseconds that somebody waits for the number before going on with the next one

class DubanCapture extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.words = JSON.parse(this.dataset.words);
    this.person = this.dataset.person;
    this.at_work = Promise.resolve();
    this.form.addEventListener("input", (event) => event.target.type !== "file" && this.keep());
    this.form.addEventListener("click", (event) => event.target.type === "file" && this.keep()); // before the camera opens
    this.form.addEventListener("change", (event) => event.target.type === "file" && this.take(event.target));
    this.form.addEventListener("submit", (event) => this.save(event));
    this.querySelectorAll(".photo-way").forEach((way) => way.classList.add("is-quick"));
    this.ready = this.begin();
  }

  async begin() {
    const wasRefused = "tried" in this.dataset; // sent by the form itself, and it stays so
    this.usable = !wasRefused && (await store.isUsable());
    if (!this.usable) return wasRefused || this.note("no_storage");
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
    const open = await this.restore();
    if (!(await prepare(this.person, !open))) this.note("no_worker");
    return undefined;
  }

  get id() {
    return this.form.elements.client_id.value;
  }

  fields() {
    return Object.fromEntries([...new FormData(this.form)].filter(([, value]) => typeof value === "string" && value));
  }

  entry(state) {
    return { client_id: this.id, owner: this.person, state, saved_at: Date.now(), fields: this.fields() };
  }

  /* Keep the draft as it stands. */
  keep() {
    if (!this.usable || this.isSaving) return this.at_work;
    const draft = this.entry("draft");
    return this.after(() => store.keep(draft));
  }

  /* One after the other, and what fails is said. */
  after(work) {
    this.at_work = this.at_work.then(work).catch((error) => {
      this.note("storage_full");
      this.failed = error;
    });
    return this.at_work;
  }

  take(input) {
    if (!this.usable) return this.at_work; // the form brings the files itself
    const files = [...input.files], id = this.id;
    input.value = "";
    return this.after(async () => {
      for (const file of files) {
        const small = await shrunk(file);
        const content = await small.arrayBuffer(); // some phones lose files that are kept as such
        await store.addPhoto(id, { content, type: small.type, name: small.name, key: newId() });
        await this.drawPhotos();
      }
    });
  }

  async drawPhotos() {
    const photos = await store.photosOf(this.id);
    this.querySelector("[data-photos]").replaceChildren(...photos.map((photo) =>
      picture(photo, this.words.remove, () => this.after(() => store.dropPhoto(photo.client_id, photo.n)).then(() => this.drawPhotos()))));
  }

  /* The entry that was asked for, or the last draft; whether there is one. */
  async restore() {
    const asked = location.hash.slice(1);
    const kept = asked ? await store.entry(asked) : (await store.entriesOf(this.person)).filter((one) => one.state === "draft").pop();
    if (!kept || kept.owner !== this.person) return false;
    await store.keep({ ...kept, state: "draft" });
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
    await this.ready;
    if (!this.usable) return this.form.submit();
    for (const input of this.form.querySelectorAll("[type=file]")) if (input.files.length) this.take(input);
    this.failed = null;
    const id = this.id;
    await this.after(() => store.keep(this.entry("waiting")));
    if (this.failed) return this.busy(false);
    tell();
    await Promise.race([drain(this.person), new Promise((resolve) => { setTimeout(resolve, PATIENCE); })]);
    const sent = await store.sentEntry(id);
    if (sent) return location.assign(sent.address);
    const left = await store.entry(id);
    this.busy(false);
    if (left && left.state === "refused") return this.note("refused", left.refusal);
    this.next(true);
    return this.note("kept");
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
    history.replaceState(null, "", location.pathname + location.search);
    unsay(this, "draft", "refused", "kept");
    this.drawPhotos();
    tell();
  }
}

customElements.define("duban-capture", DubanCapture);
