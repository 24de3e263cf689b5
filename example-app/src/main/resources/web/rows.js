const FLASH = 2400;
const IN_TIME = 30_000;

/** A list of rows that are kept and changed in place, so that focus stays and nothing jumps. */
export class Rows {
  #list;
  #keyOf;
  #make;
  #rows = new Map();
  #flashes = new Map(); // to be shown if their row is there in time: key -> until when

  /** `make(item)` returns a row: `{element, show(item, ...more), forget()}`. */
  constructor(list, keyOf, make) {
    this.#list = list;
    this.#keyOf = keyOf;
    this.#make = make;
  }

  show(items, ...more) {
    this.#list.querySelectorAll('.skeleton').forEach((row) => row.remove());
    this.#list.setAttribute('aria-busy', 'false');
    const elements = items.map((item) => this.#row(item, more));
    const gone = new Set(this.#rows.keys());
    items.forEach((item) => gone.delete(this.#keyOf(item)));
    gone.forEach((key) => this.#remove(key));
    elements.forEach((row, i) => {
      if (this.#list.children[i] !== row) this.#list.insertBefore(row, this.#list.children[i] ?? null);
    });
    const flashes = this.#flashes;
    this.#flashes = new Map();
    flashes.forEach((until, key) => this.highlight(key, until));
  }

  /** Marks a row for a moment; one that is not there yet is marked when it comes, unless that is long after. */
  highlight(key, until = Date.now() + IN_TIME) {
    const row = this.#rows.get(key)?.element;
    if (!row && Date.now() < until) this.#flashes.set(key, until);
    if (!row) return;
    row.classList.remove('flash');
    void row.offsetWidth; // or the animation would not start anew
    row.classList.add('flash');
    clearTimeout(row.flashTimer);
    row.flashTimer = setTimeout(() => row.classList.remove('flash'), FLASH);
  }

  #row(item, more) {
    const key = this.#keyOf(item);
    if (!this.#rows.has(key)) this.#rows.set(key, this.#make(item));
    const row = this.#rows.get(key);
    row.show(item, ...more);
    return row.element;
  }

  #remove(key) {
    this.#rows.get(key).element.remove();
    this.#rows.get(key).forget?.();
    this.#rows.delete(key);
  }
}

/** Fills a place with what a row can be asked to do, and keeps the keyboard's place: in `row`, if need be. */
export function replaceActions(place, actions, row) {
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren(...actions);
  if (!hadFocus) return;
  const next = place.querySelector('a, button:not(:disabled)') ?? row;
  if (next === row) row.tabIndex = -1;
  next.focus({ preventScroll: true });
}
