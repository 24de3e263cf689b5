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

customElements.define(
  'sse-status',
  class extends HTMLElement {
    #off;
    #timer;

    set client(client) {
      this.#off?.();
      this.#off = client.subscribe(() => this.#show(client.snapshot));
      this.setAttribute('role', 'status');
      this.#show(client.snapshot);
    }

    disconnectedCallback() {
      this.#off?.();
      clearInterval(this.#timer);
    }

    #show({ state, reason, stale, retryAt }) {
      clearInterval(this.#timer);
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
