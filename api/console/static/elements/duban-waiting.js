/* One line on every page: what waits on this device. It is sent when the page opens, comes back, or has a network again. */
import { forgetOthers } from "./offline.js";
import { drain, isSignedOut } from "./sending.js";
import { entriesOf, isUsable } from "./store.js";

const DAY = 24 * 3600 * 1000;
const filled = (text, count) => text.replace("{count}", count);

class DubanWaiting extends HTMLElement {
  async connectedCallback() {
    this.words = JSON.parse(this.dataset.words);
    this.person = this.dataset.person || null;
    this.again = () => { if (!document.hidden) this.send(); };
    this.show = () => this.draw();
    this.leave = (event) => this.ask(event);
    window.addEventListener("online", this.again);
    document.addEventListener("visibilitychange", this.again);
    document.addEventListener("duban-outbox", this.show);
    document.addEventListener("submit", this.leave);
    const isNobody = "nobody" in this.dataset; // other pages without a person do not know who reads them
    if (!this.person && !isNobody) return;
    await forgetOthers(this.person).catch(() => {});
    if (!(await isUsable())) return;
    await this.draw();
    this.send();
  }

  disconnectedCallback() {
    window.removeEventListener("online", this.again);
    document.removeEventListener("visibilitychange", this.again);
    document.removeEventListener("duban-outbox", this.show);
    document.removeEventListener("submit", this.leave);
  }

  send() {
    if (this.person) drain(this.person);
  }

  async draw() {
    const all = (await entriesOf(this.person)).filter((one) => one.state !== "draft");
    const refused = all.filter((one) => one.state === "refused").length;
    const waiting = all.length - refused;
    const isOut = !this.person || isSignedOut;
    const said = [];
    if (waiting) said.push(filled(isOut ? this.words.sign_in : this.words.waiting, waiting));
    if (refused) said.push(filled(this.words.refused, refused));
    if (all.some((one) => Date.now() - one.saved_at > DAY)) said.push(this.words.old);
    this.waiting = this.person ? all.length : 0;
    this.hidden = !said.length;
    const link = document.createElement("a");
    link.href = isOut ? "/sign-in?next=/outbox" : "/outbox";
    link.textContent = said.join(" · ");
    this.replaceChildren(...(said.length ? [link] : []));
  }

  ask(event) {
    const isLeaving = event.target.getAttribute("action") === "/sign-out";
    if (isLeaving && this.waiting && !confirm(filled(this.words.leaving, this.waiting))) event.preventDefault();
  }
}

customElements.define("duban-waiting", DubanWaiting);
