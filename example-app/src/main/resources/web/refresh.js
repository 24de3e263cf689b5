import { backoff } from '/sse/sse-client.js';

const BURST = 250;
const RETRY = 5000;
const LONGEST_RETRY = 300_000;

/**
 * Fetches again when something has changed: once for a burst of changes, and one at a time, so that nothing older is shown
 * after something newer. `load` returns a promise of the data; `show` gets it; `fail` gets the error, and returns true to
 * try again later.
 */
export class Refresh {
  #load;
  #show;
  #fail;
  #timer;
  #due = Infinity;
  #running;
  #next; // waits for what is running
  #failures = 0;

  constructor(load, show, fail) {
    this.#load = load;
    this.#show = show;
    this.#fail = fail;
  }

  soon(delay = BURST) {
    const due = Date.now() + delay;
    if (due >= this.#due) return; // it is done before that
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.now(), delay);
  }

  /** Resolves when what is there now is shown: to undefined, or to the error that it failed with. */
  now() {
    clearTimeout(this.#timer);
    this.#due = Infinity;
    this.#next ??= Promise.resolve(this.#running).then(() => {
      this.#next = undefined;
      return (this.#running = this.#run());
    });
    return this.#next;
  }

  async #run() {
    try {
      this.#show(await this.#load());
      this.#failures = 0;
    } catch (error) {
      if (this.#fail(error)) this.soon(backoff(++this.#failures, RETRY, LONGEST_RETRY, Math.random()));
      return error;
    }
  }
}
