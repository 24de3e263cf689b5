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
    #off;
    #timer;
    #later;
    #anew = false;

    set client(client) {
      this.#off?.();
      this.#off = client.subscribe(() => this.#show(client.snapshot));
      this.setAttribute('role', 'status');
      this.#show(client.snapshot);
    }

    disconnectedCallback() {
      this.#off?.();
      this.#stopTimers();
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
