/* What waits on this device, each with what one can do about it; and what was sent from here. */
import { download, exported } from "./export.js";
import { drain, tell } from "./sending.js";
import * as store from "./store.js";

const when = (at) => new Date(at).toLocaleString([], { dateStyle: "short", timeStyle: "short" });

class DubanOutbox extends HTMLElement {
  async connectedCallback() {
    this.words = JSON.parse(this.dataset.words);
    this.person = this.dataset.person;
    this.show = () => this.draw();
    document.addEventListener("duban-outbox", this.show);
    await this.draw();
  }

  disconnectedCallback() {
    document.removeEventListener("duban-outbox", this.show);
  }

  async draw() {
    const entries = await store.entriesOf(this.person);
    const rows = [];
    for (const one of entries) rows.push(this.row(one, (await store.photosOf(one.client_id)).length));
    this.list("waiting", rows, this.words.none);
    this.list("sent", (await store.sentOf(this.person)).map((one) => this.sentRow(one)), this.words.none_sent);
    const acts = this.querySelector("[data-acts]");
    acts.replaceChildren(
      this.button(this.words.send, "btn-primary", () => drain(this.person).then(tell)),
      this.button(this.words.export, "btn-outline-primary", () => this.export(entries)),
    );
    acts.hidden = !entries.length;
  }

  list(name, rows, none) {
    const empty = Object.assign(document.createElement("li"), { className: "muted row-item", textContent: none });
    this.querySelector(`[data-list=${name}]`).replaceChildren(...(rows.length ? rows : [empty]));
  }

  row(one, photos) {
    const item = this.item(one.fields.summary || "—", this.words.age.replace("{at}", when(one.saved_at)).replace("{photos}", photos));
    const acts = document.createElement("span"), edit = document.createElement("a");
    if (one.refusal) item.firstChild.append(Object.assign(document.createElement("span"), { className: "field-error", textContent: one.refusal }));
    const round = encodeURIComponent(one.fields.round_id || "");
    Object.assign(edit, { className: "btn btn-outline-primary", href: `/findings/new?round_id=${round}#${one.client_id}`, textContent: this.words.edit });
    acts.className = "row-acts";
    acts.append(edit, this.button(this.words.discard, "btn-outline-danger", () => this.discard(one)));
    item.append(acts);
    return item;
  }

  sentRow(one) {
    const item = this.item("", `${one.number} · ${when(one.saved_at)}`);
    const link = document.createElement("a");
    Object.assign(link, { href: `/findings/${one.id}`, textContent: one.summary || one.number });
    item.firstChild.firstChild.replaceWith(link);
    return item;
  }

  item(words, below) {
    const item = document.createElement("li"), main = document.createElement("span");
    item.className = "row-item";
    main.className = "row-main";
    for (const [className, textContent] of [["row-summary", words], ["row-foot", below]])
      main.append(Object.assign(document.createElement("span"), { className, textContent }));
    item.append(main);
    return item;
  }

  button(textContent, kind, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: `btn ${kind}`, textContent });
    button.addEventListener("click", act);
    return button;
  }

  async discard(one) {
    if (!confirm(this.words.discard_sure)) return;
    await store.discard(one.client_id);
    tell();
  }

  async export(entries) {
    const blob = await exported(this.words.exported, entries, store.photosOf);
    download(blob, `${this.words.exported}-${new Date().toISOString().slice(0, 10)}.html`);
  }
}

customElements.define("duban-outbox", DubanOutbox);
