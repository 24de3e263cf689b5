/**
 * A browser for the client under test: a clock moved by hand, a scripted server, and a page that can be hidden. Further
 * tabs share all but the page, and have locks and channels between them.
 */
import { SseClient } from '../../main/resources/META-INF/resources/sse/sse-client.js';

const encoder = new TextEncoder();
const EVENT_STREAM = 'text/event-stream;charset=utf-8';
const OPEN = 'event: stream.open\ndata: {}\n\n'; // begins the streams of who announces heartbeats

export class FakeBrowser {
  time = 1_700_000_000_000;
  random = 0; // the shortest of each delay's jitter, so that delays are round
  requests = []; // what the client sent, each with its open stream's controls
  errors = [];
  document = fakeDocument();
  navigator = { onLine: true };
  Date = { now: () => this.time };
  Math = { random: () => this.random };
  #window = new EventTarget();
  #timers = new Map();
  #nextTimer = 1;
  #answers = [];
  #locks = new FakeLocks();
  #channels = new Set();

  addEventListener = (...args) => this.#window.addEventListener(...args);
  removeEventListener = (...args) => this.#window.removeEventListener(...args);
  reportError = (error) => this.errors.push(error);

  /** A tab that can share: with locks and channels. */
  tab() {
    const window = new EventTarget();
    const channels = this.#channels;
    let held; // what it says while its messages are slow
    const arrive = (deliver) => (held ? held.push(deliver) : setImmediate(deliver));
    const tab = Object.assign(Object.create(this), {
      document: fakeDocument(),
      navigator: { onLine: true, locks: this.#locks },
      addEventListener: window.addEventListener.bind(window),
      removeEventListener: window.removeEventListener.bind(window),
      page: (type, visibilityState) => fire(tab.document, window, type, visibilityState),
      /** Keeps back what this tab says to others, until the returned function is called. */
      holdMessages: () => {
        const all = (held = []);
        return async () => {
          held = undefined;
          all.forEach((deliver) => deliver());
          await settled();
        };
      },
      BroadcastChannel: class extends FakeChannel {
        constructor(name) {
          super(name, channels, arrive);
        }
      },
    });
    return tab;
  }

  get openChannels() {
    return this.#channels.size;
  }

  get lockRequests() {
    return this.#locks.size;
  }

  /** What the server answers, in turn; the last one for ever. 'network' is a failed request, 'hang' none at all. */
  answers(...answers) {
    this.#answers = answers;
    return this;
  }

  fetch = (url, init) => {
    const request = { url, ...init, lastEventId: init.headers.get('Last-Event-ID'), aborted: false };
    this.requests.push(request);
    return new Promise((resolve, reject) => {
      init.signal.addEventListener('abort', () => {
        request.aborted = true;
        reject(new DOMException('aborted', 'AbortError'));
      });
      const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
      if (answer === 'network') reject(new TypeError('no network'));
      else if (answer !== 'hang') resolve(this.#respond(request, answer));
    });
  };

  #respond(request, { status = 200, headers = {}, redirected = false, type = EVENT_STREAM, first = OPEN }) {
    const body = new ReadableStream({
      start: (controller) => {
        request.send = (text) => controller.enqueue(encoder.encode(text));
        request.drop = () => controller.error(new TypeError('connection lost'));
        request.finish = () => controller.close();
        request.signal.addEventListener('abort', () => abort(controller, request.signal.reason));
        if (headers['sse-heartbeat'] > 0) request.send(first);
      },
    });
    const all = new Headers({ ...(type && { 'content-type': type }), ...headers });
    return { status, redirected, headers: all, body: status === 204 ? null : body };
  }

  setTimeout = (callback, ms) => {
    this.#timers.set(this.#nextTimer, { at: this.time + ms, callback });
    return this.#nextTimer++;
  };

  clearTimeout = (timer) => this.#timers.delete(timer);

  /** Moves the clock, running what becomes due, in order. */
  async advance(ms) {
    await settled();
    const until = this.time + ms;
    for (let due; (due = this.#nextDue(until)); ) {
      this.time = Math.max(this.time, due.at);
      due.callback();
      await settled();
    }
    this.time = until;
    await settled();
  }

  /** Lets time pass with no timer run: the machine sleeps, or the page is frozen. */
  sleep(ms) {
    this.time += ms;
  }

  #nextDue(until) {
    const due = [...this.#timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0];
    if (!due) return null;
    this.#timers.delete(due[0]);
    return due[1];
  }

  get timers() {
    return this.#timers.size;
  }

  get last() {
    return this.requests.at(-1);
  }

  /** Fires an event of the window, or visibilitychange of the document. */
  page(type, visibilityState) {
    return fire(this.document, this.#window, type, visibilityState);
  }

  async send(text) {
    this.last.send(text);
    await settled();
  }

  async drop() {
    this.last.drop();
    await settled();
  }

  async finish() {
    this.last.finish();
    await settled();
  }
}

function fakeDocument() {
  return Object.assign(new EventTarget(), { visibilityState: 'visible' });
}

const OF_THE_DOCUMENT = ['visibilitychange', 'freeze', 'resume'];

async function fire(document, window, type, visibilityState = document.visibilityState) {
  document.visibilityState = visibilityState;
  (OF_THE_DOCUMENT.includes(type) ? document : window).dispatchEvent(new Event(type));
  await settled();
}

class FakeLocks {
  #held = new Map(); // name -> those who have it or wait for it, in turn

  get size() {
    return [...this.#held.values()].flat().length;
  }

  request(name, { signal, steal }, callback) {
    const queue = this.#held.get(name) ?? [];
    this.#held.set(name, queue);
    return new Promise((resolve, reject) => {
      const turn = { granted: false };
      turn.grant = async () => {
        turn.granted = true;
        await new Promise(setImmediate); // it is granted from another process
        await callback();
        if (queue[0] !== turn) return; // it was stolen
        queue.shift();
        queue[0]?.grant();
        resolve();
      };
      turn.end = () => {
        queue.splice(queue.indexOf(turn), 1);
        reject(new DOMException('aborted', 'AbortError'));
      };
      signal?.addEventListener('abort', () => turn.granted || turn.end());
      if (steal && queue[0]?.granted) queue[0].end();
      if (steal) queue.unshift(turn);
      else queue.push(turn);
      if (queue[0] === turn) turn.grant();
    });
  }
}

class FakeChannel {
  onmessage;
  #name;
  #all;
  #arrive;

  constructor(name, all, arrive) {
    this.#name = name;
    this.#all = all.add(this);
    this.#arrive = arrive;
  }

  postMessage(message) {
    const data = structuredClone(message);
    for (const other of this.#all) {
      if (other === this || other.#name !== this.#name) continue;
      this.#arrive(() => this.#all.has(other) && other.onmessage({ data }));
    }
  }

  close() {
    this.#all.delete(this);
  }
}

/** Everything that follows from what has happened has happened; no time passes. */
export async function settled() {
  for (let i = 0; i < 12; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A client in the browser, with its states as 'state' or 'state(reason)' in `states`. */
export async function started(browser, options = {}) {
  const client = new SseClient('/events', options, browser);
  const states = [];
  client.subscribe(() => states.push(describe(client)));
  client.start();
  await settled();
  return { client, states };
}

export function describe({ snapshot: { state, reason } }) {
  return reason ? `${state}(${reason})` : state;
}

function abort(controller, reason) {
  try {
    controller.error(reason);
  } catch {
    // It had ended before.
  }
}
