// The keys of a sheet: j and k go from item to item, 1, 2 and 3 press what everybody can press. Without it nothing is missing.
class Sheet extends HTMLElement {
  connectedCallback() {
    this.heard = (event) => this.press(event);
    document.addEventListener("keydown", this.heard);
    this.items().forEach((item) => item.setAttribute("tabindex", "-1"));
    const there = location.hash.startsWith("#item-") && document.getElementById(location.hash.slice(1));
    if (there) there.focus({ preventScroll: true });
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.heard);
  }

  items() {
    return [...this.querySelectorAll(".sheet-item")];
  }

  press(event) {
    const writes = event.target.closest("input, textarea, select, [contenteditable]");
    if (writes || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const items = this.items();
    const at = items.findIndex((item) => item.contains(document.activeElement));
    if (event.key === "j" || event.key === "k") {
      const next = items[event.key === "j" ? at + 1 : Math.max(at - 1, 0)];
      if (!next) return;
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "center" });
    } else if (at >= 0 && ["1", "2", "3"].includes(event.key)) {
      const button = items[at].querySelector(`[data-key="${event.key}"]`);
      if (!button) return;
      button.click();
    } else return;
    event.preventDefault();
  }
}
customElements.define("duban-sheet", Sheet);
