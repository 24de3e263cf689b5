// Server-Sent Events (WHATWG HTML, 9.2) that resume: see sse-client.d.ts. EventSource hides status and headers.

const LONGEST_DELAY = 300_000; // whatever a server asks for
const LONGEST_TIMER = 2 ** 31 - 1; // a browser runs a longer one at once
const STOPPED = /idle|closed|failed/;

/** Doubles, and spreads, so that clients do not come back in step. */
export function backoff(attempt, base, cap, random) {
  const longest = Math.min(base * 2 ** (attempt - 1), Math.max(base, cap));
  return Math.round((longest * (1 + random)) / 2);
}

/** Turns bytes, cut anywhere, into blocks `{type, data, id, retry}`; what a block has not is undefined. */
export class SseParser {
  #decoder = new TextDecoder(); // strips one BOM, and keeps a character that two chunks share
  #rest = '';
  #afterCr = false; // an LF that comes now belongs to the CR that ended the last chunk
  #onBlock;
  #block;

  constructor(onBlock, lastEventId) {
    this.#onBlock = onBlock;
    this.#block = { type: '', id: lastEventId };
  }

  push(bytes) {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (!text) return;
    if (this.#afterCr && text[0] === '\n') text = text.slice(1);
    this.#afterCr = text.endsWith('\r');
    const lines = text.split(/\r\n|\r|\n/);
    lines[0] = this.#rest + lines[0];
    this.#rest = lines.pop();
    for (const line of lines) line ? this.#field(line) : this.#end();
  }

  #field(line) {
    const block = this.#block;
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line); // a comment's name is empty
    if (name === 'data') block.data = block.data === undefined ? value : block.data + '\n' + value;
    else if (name === 'event') block.type = value;
    else if (name === 'id' && !value.includes('\0')) block.id = value;
    else if (name === 'retry' && /^[0-9]+$/.test(value)) block.retry = Math.min(value, LONGEST_DELAY);
  }

  #end() {
    const block = this.#block;
    this.#block = { type: '', id: block.id };
    this.#onBlock({ ...block, type: block.type || 'message' });
  }
}

/** Why a response is no stream, as an outcome: {next: the state that follows, reason, delay or atLeast}. */
function refusal({ status, redirected, headers }, now) {
  const isStream = /^text\/event-stream\b/i.test(headers.get('content-type'));
  const reason = `http ${status}`;
  if (status === 204) return { next: 'closed', reason: 'server-stop' };
  // A redirect to a page is most often one to a login form.
  if (status === 401 || status === 403 || (status === 200 && redirected && !isStream)) return { status };
  if (status >= 500 || [408, 425, 429].includes(status)) {
    const value = headers.get('retry-after');
    const wish = value * 1000 || Date.parse(value) - now;
    return { next: 'waiting', reason, atLeast: Math.min(wish || 0, LONGEST_DELAY) };
  }
  if (status !== 200) return { next: 'failed', reason };
  if (!isStream) return { next: 'failed', reason: 'content-type' };
}

/** One request, from its start to its outcome. */
class Connection {
  outcome; // the first cause counts
  #env;
  #timeout;
  #timer;
  #abort = new AbortController();
  #openedAt = Infinity;
  #lastByteAt;

  constructor(env, timeout) {
    this.#env = env;
    this.#timeout = timeout;
    this.#heard();
    this.#watch();
  }

  async run(request, lastEventId, onOpen, onBlock) {
    try {
      const { url, ...init } = await request;
      const response = await this.#env.fetch(url, { ...init, signal: this.#abort.signal });
      const refused = refusal(response, this.#heard());
      if (refused) return this.end(refused);
      this.#openedAt = this.#lastByteAt;
      const heartbeat = response.headers.get('sse-heartbeat');
      this.expectHeartbeat(heartbeat);
      // Who announces heartbeats says by an event what is open; a full server says something else.
      if (!(heartbeat > 0) && !this.outcome) onOpen();
      const parser = new SseParser((block) => this.outcome || onBlock(block), lastEventId);
      const reader = response.body.getReader();
      for (let read; !(read = await reader.read()).done; parser.push(read.value)) this.#heard();
      return this.end({ next: 'waiting', reason: 'end' });
    } catch {
      return this.end({ next: 'waiting', reason: 'network' });
    }
  }

  end(outcome) {
    this.outcome ??= outcome;
    this.#env.clearTimeout(this.#timer);
    this.#abort.abort();
    return this.outcome;
  }

  /** Three heartbeats missing mean that the stream is dead. */
  expectHeartbeat(ms) {
    if (!(ms > 0) || this.outcome) return;
    this.#timeout = 3 * ms;
    this.#watch();
  }

  /** A live stream would have sent something by now: the machine slept. */
  get seemsDead() {
    return !this.outcome && this.#env.Date.now() - this.#lastByteAt > this.#timeout / 2;
  }

  /** It was open for that long; the silence that ended it does not count. */
  lasted(ms) {
    const end = this.outcome.reason === 'heartbeat' ? this.#lastByteAt : this.#env.Date.now();
    return end - this.#openedAt >= ms;
  }

  #heard() {
    return (this.#lastByteAt = this.#env.Date.now()); // wall clock: it runs while the machine sleeps
  }

  // Looks when time may be up: no timer for each byte.
  #watch() {
    this.#env.clearTimeout(this.#timer);
    const left = this.#lastByteAt + this.#timeout - this.#env.Date.now();
    if (left <= 0) this.end({ next: 'waiting', reason: 'heartbeat' });
    else this.#timer = this.#env.setTimeout(() => this.#watch(), Math.min(left, LONGEST_TIMER));
  }
}

const DEFAULTS = {
  base: 1000,
  cap: 30_000,
  maxAttempts: 5,
  stableAfter: 5000,
  heartbeatTimeout: 45_000,
  hiddenGrace: 30_000,
  credentials: 'same-origin',
  headers: () => ({}),
  onUnauthorized: () => false,
  filter: () => true,
};

export class SseClient {
  #url;
  #options;
  #env;
  #base;
  #lastEventId;
  #attempt = 0; // failures in a row
  #mayRefresh = true;
  #connection; // the one under way
  #timer;
  #hiddenTimer;
  #seat; // among the tabs that share the stream: see sse-tabs.js
  #snapshot;
  #watchers = new Set();
  #listeners = new Map();

  constructor(url, options, env = globalThis) {
    this.#url = url;
    this.#options = { ...DEFAULTS, ...options };
    this.#env = env;
    this.#base = this.#options.base;
    this.#lastEventId = this.#options.lastEventId ?? '';
    this.#seat = this.#options.share?.(url, env, {
      client: this,
      lead: () => this.#lead(),
      wake: () => this.#tryNow(),
      pause: () => this.#pause(),
      show: (snapshot) => this.#show({ ...snapshot, role: 'follower' }),
      deliver: (block) => this.#deliver(block, jsonOrText(block.data)),
      signOut: () => this.#stop('failed', 'unauthorized'),
    });
    this.#set('idle');
  }

  get snapshot() {
    return this.#snapshot;
  }

  get lastEventId() {
    return this.#lastEventId;
  }

  start() {
    if (this.#connection) return;
    this.#forgetFailures();
    this.#listen('addEventListener');
    if (this.#follows) {
      if (this.#snapshot.state !== 'open') this.#set('connecting');
      this.#seat.enter(true);
    } else this.#connect();
    if (this.#hidden) this.#look();
  }

  retryNow() {
    this.start();
  }

  close() {
    this.#listen('removeEventListener');
    this.#seat?.leave(); // first: the other tabs go on
    this.#stop('closed', 'client');
  }

  signOut() {
    this.#seat?.signOut();
    this.#stop('failed', 'unauthorized');
  }

  on(type, listener) {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  // A field, so that it can be passed on as it is.
  subscribe = (watcher) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  // --- connecting, and what follows

  async #connect() {
    const { heartbeatTimeout, stableAfter } = this.#options;
    this.#env.clearTimeout(this.#timer);
    const connection = (this.#connection = new Connection(this.#env, heartbeatTimeout));
    this.#set('connecting');
    const onBlock = (block) => this.#receive(connection, block);
    let outcome = await connection.run(this.#request(), this.#lastEventId, () => this.#set('open'), onBlock);
    if (connection.lasted(stableAfter)) this.#forgetFailures();
    if (outcome.status && connection === this.#connection) outcome = await this.#refresh(outcome.status);
    if (connection !== this.#connection) return; // stopped or replaced meanwhile
    this.#connection = undefined;
    if (!outcome.next) this.#connect();
    else if (outcome.next === 'waiting') this.#wait(outcome);
    else this.#set(outcome.next, outcome.reason);
  }

  async #request() {
    const headers = new Headers(await this.#options.headers());
    headers.set('Accept', 'text/event-stream');
    if (this.#lastEventId) headers.set('Last-Event-ID', this.#lastEventId);
    return { url: this.#url, headers, credentials: this.#options.credentials, cache: 'no-store' };
  }

  /** Asks the application for new credentials: once, until a stream has lasted. */
  async #refresh(status) {
    const ask = this.#mayRefresh;
    this.#mayRefresh = false;
    try {
      if (ask && (await this.#options.onUnauthorized(status))) return {};
    } catch (error) {
      this.#env.reportError(error);
    }
    return { next: 'failed', reason: 'unauthorized' };
  }

  #wait({ reason, delay, atLeast = 0 }) {
    const { cap, maxAttempts } = this.#options;
    const offline = this.#offline; // no failure of the server's; the browser may be wrong, so try all the same
    const counts = !offline && reason !== 'changed'; // the server is well, and has something new
    if (counts && ++this.#attempt > maxAttempts) return this.#set('failed', 'attempts');
    if (offline) delay = cap;
    delay ??= Math.max(atLeast, backoff(this.#attempt || 1, this.#base, cap, this.#env.Math.random()));
    this.#timer = this.#env.setTimeout(() => this.#connect(), delay);
    const retryAt = offline ? 0 : this.#env.Date.now() + delay;
    this.#set(offline ? 'offline' : 'waiting', reason, { retryAt });
  }

  #stop(state, reason) {
    this.#env.clearTimeout(this.#timer);
    this.#connection?.end({ reason });
    this.#connection = undefined;
    this.#set(state, reason);
  }

  #forgetFailures() {
    this.#attempt = 0;
    this.#mayRefresh = true;
  }

  // --- events

  #receive(connection, { type, data: text, id, retry }) {
    const data = jsonOrText(text);
    const closing = type === 'stream.close';
    const final = closing && data?.reconnect === false;
    const before = this.#lastEventId;
    // The server answers the id of a final close with 204: kept, it would defeat a user who asks to go on.
    if (final) id = before;
    this.#lastEventId = id;
    if (!closing) this.#base = retry ?? this.#base;
    if (closing && text !== undefined) {
      connection.end({ next: final ? 'closed' : 'waiting', reason: data?.reason, delay: retry });
    }
    if (type === 'stream.open') connection.expectHeartbeat(data?.heartbeat); // where CORS hides the header
    if (text && /^stream\.(open|status)$/.test(type)) this.#set('open', '', { stale: data?.state === 'stale' });
    const block = { type, data: text, id };
    this.#seat?.tell(before, block);
    this.#deliver(block, data);
  }

  #deliver({ type, data: text, id }, data) {
    this.#lastEventId = id;
    if (text === undefined) return;
    const event = { type, data: text, lastEventId: id };
    if (!type.startsWith('stream.') && !this.#guarded(this.#options.filter, data, event)) return;
    for (const listener of [...(this.#listeners.get(type) ?? [])]) this.#guarded(listener, data, event);
  }

  // One faulty listener must not stop the others, nor end the stream.
  #guarded(listener, ...args) {
    try {
      return listener(...args);
    } catch (error) {
      this.#env.reportError(error);
    }
  }

  #set(state, reason = '', more) {
    if (state === 'open' && this.#offline) state = 'offline';
    const role = this.#follows ? 'follower' : this.#seat ? 'leader' : 'solo';
    this.#show({ state, reason, attempt: this.#attempt, retryAt: 0, stale: false, role, ...more });
    this.#seat?.tellState(this.#snapshot);
  }

  #show(snapshot) {
    this.#snapshot = Object.freeze(snapshot);
    for (const watcher of [...this.#watchers]) this.#guarded(watcher);
  }

  // --- the other tabs

  get #follows() {
    return this.#seat?.leading === false;
  }

  /** This tab has the stream now. What had stopped stays so, or tabs would wake each other; one that is seen may retry. */
  #lead() {
    const { state, reason } = this.#snapshot;
    if (reason === 'attempts' && !this.#hidden) this.#forgetFailures();
    else if (STOPPED.test(state)) return this.#set(state, reason);
    this.#connect();
  }

  // --- the page around it

  #listen(method) {
    const { document } = this.#env;
    this.#env[method]?.('online', this.#wake);
    this.#env[method]?.('offline', this.#showOffline);
    this.#env[method]?.('pageshow', this.#wake);
    this.#env[method]?.('pagehide', this.#leave);
    document?.[method]('freeze', this.#leave);
    document?.[method]('resume', this.#wake);
    document?.[method]('visibilitychange', this.#look);
    this.#env.clearTimeout(this.#hiddenTimer);
  }

  get #hidden() {
    return this.#env.document?.visibilityState === 'hidden';
  }

  get #offline() {
    return this.#env.navigator?.onLine === false;
  }

  // A stream that is open goes on being read.
  #showOffline = () => {
    const { state, stale } = this.#snapshot;
    if (this.#connection && state === (this.#offline ? 'open' : 'offline')) this.#set('open', '', { stale });
  };

  #look = () => {
    this.#env.clearTimeout(this.#hiddenTimer);
    const grace = Math.min(this.#options.hiddenGrace, LONGEST_TIMER);
    const pause = () => (this.#connection?.outcome ? this.#look() : this.#pause()); // not while credentials are asked for
    if (this.#hidden) this.#hiddenTimer = this.#env.setTimeout(pause, grace);
    else this.#wake();
  };

  #wake = () => this.#hidden || this.#tryNow();

  /** A good moment to try. Several at once are one: a connection under way is left alone. */
  #tryNow() {
    const { state, reason } = this.#snapshot;
    if (this.#follows) return this.#seat.enter();
    if (this.#connection?.seemsDead) this.#stop('waiting', 'heartbeat');
    else if (this.#connection) return this.#showOffline();
    else if (reason === 'attempts') this.#forgetFailures();
    else if (STOPPED.test(state)) return;
    this.#connect();
  }

  #pause() {
    if (!STOPPED.test(this.#snapshot.state)) this.#stop('paused', 'hidden');
    this.#seat?.rest();
  }

  // An open stream or channel keeps a page out of the back/forward cache.
  #leave = () => {
    this.#pause();
    this.#seat?.leave();
  };
}

function jsonOrText(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
