// <sse-status>: a client's state in words, and as data-state for colours. It brings no style, so any CSP will do.

const WORDS = {
  idle: 'Not connected',
  connecting: 'Connecting…',
  open: 'Live',
  stale: 'Updates are delayed',
  waiting: 'Reconnecting',
  offline: 'Offline',
  paused: 'Paused',
};

const PATIENCE = 3000;

customElements.define(
  'sse-status',
  class extends HTMLElement {
    #client;
    #off;
    #timer;
    #later;
    #anew = false;

    get client() {
      return this.#client;
    }

    set client(client) {
      this.disconnectedCallback();
      this.#client = client;
      if (this.isConnected) this.#follow();
    }

    connectedCallback() {
      const { client } = this;
      delete this.client; // set before this module was there: it hides the setter
      this.client = client;
    }

    disconnectedCallback() {
      this.#off?.();
      this.#stopTimers();
    }

    #follow() {
      const client = this.#client;
      if (!client) return;
      this.#off = client.subscribe(() => this.#show(client.snapshot));
      this.setAttribute('role', 'status');
      this.#show(client.snapshot);
    }

    /** A stream that begins anew, with what its user may see by now, is up again in a moment: no news until then. */
    #show(snapshot) {
      const { state, reason } = snapshot;
      this.#stopTimers();
      this.#anew = state === 'waiting' ? reason === 'changed' : this.#anew && state === 'connecting';
      if (this.#anew) this.#later = setTimeout(() => this.#say(snapshot), PATIENCE);
      else this.#say(snapshot);
    }

    #stopTimers() {
      clearInterval(this.#timer);
      clearTimeout(this.#later);
    }

    #say({ state, reason, stale, retryAt }) {
      const shown = stale && state === 'open' ? 'stale' : state;
      this.dataset.state = shown;
      this.dataset.reason = reason;
      this.textContent = reason === 'unauthorized' ? 'Signed out' : (WORDS[shown] ?? 'Stopped');
      if (retryAt) this.#countDown(retryAt);
    }

    #countDown(retryAt) {
      const seconds = document.createElement('span');
      const tick = () => (seconds.textContent = ` in ${Math.max(1, Math.ceil((retryAt - Date.now()) / 1000))} s`);
      seconds.setAttribute('aria-hidden', true); // seen, not said aloud each second
      this.append(seconds);
      this.#timer = setInterval(tick, 1000);
      tick();
    }
  },
);
