// Asks what is new while somebody looks: every second and a half for a minute after the last key, tap or focus, then every
// fifteen, not at all on a hidden tab or once nobody has been there for ten minutes. Without this pages are as they were.
const SOON = 1500, LATER = 15000, AWAY = 600000, LONGEST = 60000; // milliseconds

class Pulse extends HTMLElement {
  connectedCallback() {
    this.changed = new Set();
    this.failures = 0;
    this.seenAt = Date.now();
    this.onActivity = () => { this.wake(); };
    this.onVisible = () => { if (!document.hidden) this.wake(); };
    this.signs = ['keydown', 'pointerdown', 'focus'];
    for (const sign of this.signs) window.addEventListener(sign, this.onActivity, { passive: true });
    document.addEventListener('visibilitychange', this.onVisible);
    this.addEventListener('click', (event) => { this.onShow(event); });
    this.later();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    for (const sign of this.signs) window.removeEventListener(sign, this.onActivity);
    document.removeEventListener('visibilitychange', this.onVisible);
  }

  wake() {
    const slept = Date.now() - this.seenAt > SOON;
    this.seenAt = Date.now();
    if (slept) this.later(SOON);
  }

  later(pause) {
    clearTimeout(this.timer);
    const away = Date.now() - this.seenAt;
    if (this.stopped || document.hidden || away > AWAY) return;
    const usual = away < LONGEST ? SOON : LATER;
    const wait = this.failures ? Math.min(SOON * 2 ** this.failures, LONGEST) : pause || usual;
    this.timer = setTimeout(() => { this.ask(); }, wait);
  }

  async ask() {
    try {
      const asked = new URLSearchParams({ after: this.dataset.after, unread: this.dataset.unread });
      if (this.dataset.finding) asked.set('finding', this.dataset.finding);
      const answer = await fetch(`/pulse?${asked}`, { redirect: 'manual', headers: { Accept: 'text/html' } });
      this.failures = answer.ok ? 0 : this.failures + 1;
      this.stopped = answer.type === 'opaqueredirect'; // signed out: the next click says so
      if (answer.ok) this.dataset.after = answer.headers.get('Duban-Position') || this.dataset.after;
      if (answer.status === 200) this.show(await answer.text());
    } catch {
      this.failures += 1;
    }
    this.later();
  }

  show(html) {
    const holder = document.createElement('template');
    holder.innerHTML = html;
    const words = holder.content.firstElementChild;
    this.count(Number(words.dataset.unread));
    for (const id of words.dataset.ids.split(' ')) if (id) this.changed.add(id);
    if (!this.hasAttribute('data-live') || !this.changed.size) return;
    const count = words.querySelector('.news-count');
    if (count) count.textContent = this.changed.size;
    words.hidden = false;
    words.querySelector('a').href = location.pathname + location.search;
    this.replaceChildren(words);
    this.dispatchEvent(new CustomEvent('duban:news', { bubbles: true, detail: { ids: [...this.changed] } }));
  }

  count(unread) {
    this.dataset.unread = unread;
    for (const badge of document.querySelectorAll('.place-count')) {
      badge.textContent = unread > 99 ? '99+' : unread || '';
    }
  }

  // The page as it is now, without what was typed being lost: fields of ours that somebody has touched stay as they are.
  async onShow(event) {
    if (!event.target.closest('.news-show')) return;
    event.preventDefault();
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) { location.reload(); return; }
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#main');
    const present = document.querySelector('#main');
    if (!fresh) { location.reload(); return; }
    for (const form of present.querySelectorAll('form[method=post]')) this.keepTyped(form, fresh);
    present.replaceWith(fresh);
    this.changed.clear();
    this.replaceChildren();
    if (window.htmx) window.htmx.process(fresh);
  }

  keepTyped(form, fresh) {
    const touched = [...form.elements].filter((field) => field.name && field.type !== 'hidden' && (
      field.type === 'file' ? field.files.length
        : 'defaultChecked' in field && ['radio', 'checkbox'].includes(field.type) ? field.checked !== field.defaultChecked
          : 'defaultValue' in field && field.value !== field.defaultValue));
    if (!touched.length) return;
    const same = [...fresh.querySelectorAll('form')].find((one) => one.getAttribute('action') === form.getAttribute('action'));
    if (!same) { // what was begun can no more be done: its words stay all the same
      const whole = form.closest('details') || form;
      fresh.querySelector('.two-columns, .heading, h1').before(whole);
      return;
    }
    for (const field of touched) {
      const now = [...same.elements].find((one) => one.name === field.name && (
        !['radio', 'checkbox'].includes(field.type) || one.value === field.value));
      if (now) now.replaceWith(field);
      if (now && field.closest('details')) field.closest('details').open = true;
    }
  }
}

customElements.define('duban-pulse', Pulse);
