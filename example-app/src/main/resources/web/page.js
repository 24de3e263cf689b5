import { SseClient } from '/sse/sse-client.js';
import '/sse/sse-status.js';
import { tabsOf } from '/sse/sse-tabs.js';
import { fetchGuilds } from './api.js';
import { startBell } from './bell.js';
import { byId, showRetry } from './dom.js';
import { dropdown } from './dropdown.js';
import { startPreferences } from './preferences.js';
import { Refresh } from './refresh.js';
import { toaster } from './toast.js';

/**
 * What all pages share: who is signed in, the bar above, the one stream for all tabs, and what is said about it.
 *
 * `load` adds to the answer of /api/guilds what else the page shows. It begins when the cursor is there already, so nothing
 * falls between the data and the stream. `show` shows it all and returns a summary.
 */
export class Page {
  toast = toaster(byId('toasts'));
  #load;
  #show;
  #refresh = new Refresh(() => this.#fetch(), (data) => this.#shown(data), (error) => this.#failed(error));
  #listeners = [];
  #others = []; // what else may be out of date
  #client; // from the first answer on
  #userId;
  #summary = '';
  #stopped = false;
  #full = false; // the server was, when it was asked last

  constructor({ load = () => ({}), show }) {
    this.#load = load;
    this.#show = show;
  }

  /** Listens to events of a type; before `start`. */
  on(type, listener) {
    this.#listeners.push([type, listener]);
  }

  /** Calls whenever what was fetched before may be out of date: first when the stream begins. */
  fetches(fetch) {
    this.#others.push(fetch);
  }

  start() {
    for (const link of document.querySelectorAll('.nav a')) {
      if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
    }
    startBell(this);
    startPreferences(this);
    byId('retry').addEventListener('click', () => this.#client.retryNow());
    byId('reload').addEventListener('click', () => location.reload());
    dropdown(byId('account'));
    byId('logout').addEventListener('submit', () => this.#client?.signOut()); // in all tabs
    return this.refreshNow();
  }

  refreshSoon() {
    this.#refresh.soon();
  }

  refreshNow() {
    return this.#refresh.now();
  }

  /** Says why something that the user wanted was not done. */
  sayNotDone(error) {
    if (error.signedOut) this.#client?.signOut();
    else this.toast(`Not done: ${error.message}`, 'bad');
  }

  // --- data

  async #fetch() {
    const answer = await fetchGuilds();
    return { ...answer, ...(await this.#load(answer)) };
  }

  #shown(data) {
    if (this.#client && data.user.id !== this.#userId) return location.reload(); // someone else has signed in, elsewhere
    this.#userId = data.user.id;
    byId('error').hidden = true;
    byId('user').textContent = data.user.name;
    this.#summary = this.#show(data);
    if (this.#client) this.#showStream();
    else this.#follow(data.cursor);
  }

  #failed(error) {
    if (this.#client) {
      if (error.signedOut) this.#client.signOut();
      return !error.signedOut; // what is shown stays; the next try may do better
    }
    if (error.signedOut) return location.assign('/login');
    document.querySelectorAll('[data-content], #status').forEach((shown) => (shown.hidden = true));
    byId('summary').textContent = '';
    byId('error-text').textContent = error.message;
    byId('error').hidden = false;
  }

  // --- the stream

  #follow(cursor) {
    const client = (this.#client = new SseClient('/api/guilds/events', {
      lastEventId: cursor,
      share: tabsOf(this.#userId),
    }));
    this.#listeners.forEach(([type, listener]) => client.on(type, listener));
    const missed = () => this.#missed();
    client.on('refetch', missed);
    client.on('stream.gap', missed);
    client.on('stream.open', this.#opened(cursor));
    client.subscribe(() => this.#showStream());
    byId('status').client = client;
    client.start();
    this.#others.forEach((fetch) => fetch());
  }

  #missed() {
    this.refreshSoon();
    this.#others.forEach((fetch) => fetch());
  }

  /** Data that is older than the stream's start may miss something: there was no cursor, or none for a new topic. */
  #opened(cursor) {
    let complete = Boolean(cursor);
    return ({ new: topics }) => {
      if (!complete || topics?.length) this.#missed();
      complete = true;
    };
  }

  #showStream() {
    const { state, reason, stale } = this.#client.snapshot;
    const stops = state === 'failed' || state === 'closed';
    const live = state === 'open' && !stale;
    if (state === 'waiting') this.#full = reason === 'limit';
    const words = explanation(reason === 'attempts' && this.#full ? 'limit' : reason);
    showRetry(stops && reason !== 'unauthorized');
    byId('summary').textContent = stops ? words : this.#summary;
    if (reason === 'unauthorized') byId('summary').append(' ', signInLink());
    if (stops && !this.#stopped) this.toast(`Updates have stopped. ${words}`, 'bad');
    if (this.#stopped && live) this.toast('Updates are back.', 'good');
    this.#stopped = stops || (this.#stopped && !live);
  }
}

const EXPLANATIONS = {
  unauthorized: 'You are signed out.',
  attempts: 'The server is out of reach.',
  limit: 'The server is full at the moment.',
  replaced: 'They go to another window or device now.',
};

function explanation(reason) {
  return EXPLANATIONS[reason] ?? 'The server has ended them.';
}

function signInLink() {
  const link = document.createElement('a');
  link.href = '/login';
  link.textContent = 'Sign in';
  return link;
}
