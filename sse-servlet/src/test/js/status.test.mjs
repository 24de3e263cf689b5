import assert from 'node:assert/strict';
import test from 'node:test';

// As much of a document as the element uses.
class Node {
  dataset = {};
  attributes = {};
  children = [];
  #text = '';

  get textContent() {
    return this.#text + this.children.map((child) => child.textContent).join('');
  }

  set textContent(text) {
    this.children = [];
    this.#text = text;
  }

  setAttribute(name, value) {
    this.attributes[name] = String(value);
  }

  append(child) {
    this.children.push(child);
  }
}

const defined = new Map();
globalThis.HTMLElement = Node;
globalThis.customElements = { define: (name, element) => defined.set(name, element) };
globalThis.document = { createElement: () => new Node() };
await import('../../main/resources/META-INF/resources/sse/sse-status.js');

class FakeClient {
  watchers = new Set();
  snapshot = { state: 'idle', reason: '', attempt: 0, retryAt: 0, stale: false };

  subscribe = (watcher) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  set(state, more) {
    this.snapshot = { state, reason: '', attempt: 0, retryAt: 0, stale: false, ...more };
    this.watchers.forEach((watcher) => watcher());
  }
}

function shown() {
  const client = new FakeClient();
  const status = new (defined.get('sse-status'))();
  insert(status);
  status.client = client;
  return { client, status };
}

function insert(status) {
  status.isConnected = true;
  status.connectedCallback();
}

function remove(status) {
  status.isConnected = false;
  status.disconnectedCallback();
}

const WORDS = [
  ['connecting', {}, 'connecting', 'Connecting…'],
  ['open', {}, 'open', 'Live'],
  ['open', { stale: true }, 'stale', 'Updates are delayed'],
  ['idle', {}, 'idle', 'Not connected'],
  ['offline', {}, 'offline', 'Offline'],
  ['offline', { stale: true }, 'offline', 'Offline'],
  ['paused', { reason: 'hidden' }, 'paused', 'Paused'],
  ['failed', { reason: 'attempts' }, 'failed', 'Stopped'],
  ['failed', { reason: 'unauthorized' }, 'failed', 'Signed out'],
  ['closed', { reason: 'replaced' }, 'closed', 'Stopped'],
];

for (const [state, more, dataState, text] of WORDS) {
  test(`${state} ${JSON.stringify(more)} is shown as '${text}'`, () => {
    const { client, status } = shown();
    client.set(state, more);
    assert.equal(status.textContent, text);
    assert.deepEqual(status.dataset, { state: dataState, reason: more.reason ?? '' });
    assert.equal(status.attributes.role, 'status');
  });
}

test('waiting counts down, seen but not said aloud', (context) => {
  context.mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1_000_000 });
  const { client, status } = shown();
  client.set('waiting', { retryAt: 1_003_500 });
  assert.equal(status.textContent, 'Reconnecting in 4 s');
  assert.equal(status.children[0].attributes['aria-hidden'], 'true');
  context.mock.timers.tick(2000);
  assert.equal(status.textContent, 'Reconnecting in 2 s');
  context.mock.timers.tick(5000);
  assert.equal(status.textContent, 'Reconnecting in 1 s');
  client.set('open');
  context.mock.timers.tick(5000);
  assert.equal(status.textContent, 'Live');
});

test('a stream that begins anew is no news, unless it takes long', (context) => {
  context.mock.timers.enable({ apis: ['setInterval', 'setTimeout', 'Date'], now: 1_000_000 });
  const { client, status } = shown();
  client.set('open');
  client.set('waiting', { reason: 'changed', retryAt: 1_000_500 });
  client.set('connecting');
  assert.equal(status.textContent, 'Live');
  context.mock.timers.tick(3000);
  assert.equal(status.textContent, 'Connecting…');
  client.set('open');
  assert.equal(status.textContent, 'Live');
  client.set('waiting', { reason: 'changed', retryAt: 1_004_000 });
  client.set('waiting', { reason: 'network', retryAt: 1_007_000 });
  assert.match(status.textContent, /^Reconnecting in/);
  client.set('connecting');
  assert.equal(status.textContent, 'Connecting…');
});

test('a removed element lets go of its client, and so does one that gets another', () => {
  const { client, status } = shown();
  const other = new FakeClient();
  status.client = other;
  assert.equal(client.watchers.size, 0);
  remove(status);
  assert.equal(other.watchers.size, 0);
});

test('an element that is moved goes on, and shows what has happened meanwhile', () => {
  const { client, status } = shown();
  remove(status);
  client.set('open');
  insert(status);
  assert.equal(status.textContent, 'Live');
  client.set('offline');
  assert.equal(status.textContent, 'Offline');
  assert.equal(client.watchers.size, 1);
  assert.equal(status.client, client);
});

test('a client that is set before the element is in the document is shown when it is', () => {
  const client = new FakeClient();
  const status = new (defined.get('sse-status'))();
  status.client = client;
  assert.equal(client.watchers.size, 0);
  insert(status);
  assert.equal(status.textContent, 'Not connected');
});

test('a client that was set before the element was defined is shown', () => {
  const client = new FakeClient();
  const status = new (defined.get('sse-status'))();
  Object.defineProperty(status, 'client', { value: client, configurable: true, writable: true, enumerable: true });
  insert(status);
  client.set('open');
  assert.equal(status.textContent, 'Live');
  assert.equal(Object.hasOwn(status, 'client'), false);
});
