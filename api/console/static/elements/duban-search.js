/* A search box above radio buttons in groups: the groups open where something fits. */
class DubanSearch extends HTMLElement {
  connectedCallback() {
    if (this.querySelector(".search-box")) return;
    const box = document.createElement("input");
    Object.assign(box, { type: "search", className: "form-control search-box", autocomplete: "off", enterKeyHint: "search" });
    box.setAttribute("aria-label", this.dataset.label);
    box.placeholder = this.dataset.label;
    box.addEventListener("input", (event) => {
      event.stopPropagation(); // is no part of what is captured
      this.find(box.value);
    });
    box.addEventListener("keydown", (event) => this.choose(event));
    this.none = document.createElement("p");
    Object.assign(this.none, { className: "field-hint", hidden: true, textContent: this.dataset.none });
    this.none.setAttribute("role", "status");
    this.prepend(box, this.none);
    this.wasOpen = new Map([...this.querySelectorAll("details")].map((group) => [group, group.open]));
  }

  find(typed) {
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    for (const label of this.querySelectorAll("label")) {
      const said = `${label.textContent} ${label.dataset.words || ""}`.toLowerCase();
      label.hidden = !("always" in label.dataset) && !words.every((word) => said.includes(word));
    }
    for (const group of this.querySelectorAll("details")) {
      const fits = Boolean(group.querySelector("label:not([hidden])"));
      group.hidden = !fits;
      const isChosen = Boolean(group.querySelector("input:checked"));
      group.open = words.length ? fits : isChosen || this.wasOpen.get(group);
    }
    this.none.hidden = Boolean(this.querySelector("details:not([hidden])"));
  }

  /* Enter takes the first that fits, and sends nothing. */
  choose(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = event.target.value && this.querySelector("details:not([hidden]) label:not([hidden]) input");
    if (first) first.click();
  }
}

customElements.define("duban-search", DubanSearch);
