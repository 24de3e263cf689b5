const BURST = 250;
const RETRY = 5000;

/**
 * Fetches again when something has changed: once for a burst of changes, and never shows an answer after a newer one.
 * `load` returns a promise of the data; `show` gets it; `fail` gets the error, and returns true to try again later.
 */
export class Refresh {
  #load;
  #show;
  #fail;
  #timer;
  #asked = 0;
  #shown = 0;

  constructor(load, show, fail) {
    this.#load = load;
    this.#show = show;
    this.#fail = fail;
  }

  soon(delay = BURST) {
    this.#timer ??= setTimeout(() => this.now(), delay);
  }

  async now() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const number = ++this.#asked;
    try {
      const data = await this.#load();
      if (number < this.#shown) return;
      this.#shown = number;
      this.#show(data);
    } catch (error) {
      if (number === this.#asked && this.#fail(error)) this.soon(RETRY);
    }
  }
}
