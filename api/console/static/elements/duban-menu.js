// A menu of <details> closes when one looks elsewhere or presses Escape; without this it opens and closes all the same.
class Menu extends HTMLElement {
  connectedCallback() {
    this.onClick = (event) => { if (!this.contains(event.target)) this.close(); };
    this.onKey = (event) => {
      if (event.key !== 'Escape' || !this.details?.open) return;
      this.close();
      this.details.querySelector('summary').focus();
    };
    this.onFocus = (event) => { if (!this.contains(event.target)) this.close(); };
    document.addEventListener('click', this.onClick);
    document.addEventListener('focusin', this.onFocus);
    this.addEventListener('keydown', this.onKey);
  }

  disconnectedCallback() {
    document.removeEventListener('click', this.onClick);
    document.removeEventListener('focusin', this.onFocus);
    this.removeEventListener('keydown', this.onKey);
  }

  get details() { return this.querySelector('details'); }

  close() { if (this.details) this.details.open = false; }
}

customElements.define('duban-menu', Menu);
