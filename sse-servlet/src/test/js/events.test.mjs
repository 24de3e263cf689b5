import assert from 'node:assert/strict';
import test from 'node:test';
import { FakeBrowser, describe, settled, started } from './fake-browser.mjs';

const OPEN = 'id: c1\nevent: stream.open\nretry: 1000\ndata: {"heartbeat":15000,"resumed":false,"new":[]}\n\n';

async function open(options, ...answers) {
  const browser = new FakeBrowser().answers(...(answers.length ? answers : [{}]));
  return { browser, ...(await started(browser, options)) };
}

// --- events

test('events reach the listeners of their type, parsed, with their text and id', async () => {
  const { browser, client } = await open();
  const seen = [];
  client.on('guild-joined', (data, event) => seen.push([data, event]));
  client.on('guild-left', () => assert.fail());
  await browser.send('id: 7\nevent: guild-joined\ndata: {"a":1}\n\n');
  assert.deepEqual(seen, [[{ a: 1 }, { type: 'guild-joined', data: '{"a":1}', lastEventId: '7' }]]);
});

test('data that is no JSON comes as text', async () => {
  const { browser, client } = await open();
  const seen = [];
  client.on('message', (data) => seen.push(data));
  await browser.send('data: hello\n\ndata:\n\ndata: "x"\n\n');
  assert.deepEqual(seen, ['hello', '', 'x']);
});

test('a listener that fails is reported, and stops neither the others nor the stream', async () => {
  const { browser, client } = await open();
  const seen = [];
  client.on('message', () => {
    throw new Error('listener');
  });
  client.on('message', (data) => seen.push(data));
  await browser.send('data: 1\n\ndata: 2\n\n');
  assert.deepEqual(seen, [1, 2]);
  assert.deepEqual(browser.errors.map((error) => error.message), ['listener', 'listener']);
  assert.equal(describe(client), 'open');
});

test('a listener may remove itself while it is called', async () => {
  const { browser, client } = await open();
  const seen = [];
  const off = client.on('message', (data) => {
    seen.push(data);
    off();
  });
  client.on('message', (data) => seen.push(-data));
  await browser.send('data: 1\n\ndata: 2\n\n');
  assert.deepEqual(seen, [1, -1, -2]);
});

test('a filter keeps events from the listeners, but not what the server says about the stream', async () => {
  const { browser, client } = await open({ filter: (guild, { type }) => type !== 'noise' && guild.id === 7 });
  const seen = [];
  for (const type of ['message', 'noise', 'stream.gap']) client.on(type, (data) => seen.push(data));
  await browser.send('id: c1\ndata: {"id":7}\n\nid: c2\ndata: {"id":8}\n\nevent: noise\ndata: {"id":7}\n\n');
  await browser.send('event: stream.gap\ndata: {"reason":"trimmed"}\n\n');
  assert.deepEqual(seen, [{ id: 7 }, { reason: 'trimmed' }]);
  assert.equal(client.lastEventId, 'c2');
});

test('a filter that fails is reported, and keeps the event back', async () => {
  const { browser, client } = await open({ filter: (data) => data.no.such });
  client.on('message', () => assert.fail());
  await browser.send('data: 1\n\ndata: 2\n\n');
  assert.equal(browser.errors.length, 2);
  assert.equal(describe(client), 'open');
});

// --- the cursor

test('without a cursor no Last-Event-ID is sent', async () => {
  const { browser } = await open({ lastEventId: null });
  assert.equal(browser.last.lastEventId, null);
});

test("the page's cursor goes with the first request, and with the next until an id came", async () => {
  const { browser } = await open({ lastEventId: 'page' }, 'network', {});
  await browser.advance(500);
  assert.deepEqual(browser.requests.map((request) => request.lastEventId), ['page', 'page']);
});

test('each reconnect resumes after the last id', async () => {
  const { browser, client } = await open({ lastEventId: 'page' });
  await browser.send(OPEN + 'id: c2\ndata: 1\n\ndata: no id of its own\n\n');
  assert.equal(client.lastEventId, 'c2');
  await browser.drop();
  await browser.advance(500);
  assert.equal(browser.last.lastEventId, 'c2');
});

test('an id counts for events that nobody listens to, and without data', async () => {
  const { browser, client } = await open();
  await browser.send('id: c1\nevent: unheard\ndata: 1\n\n');
  assert.equal(client.lastEventId, 'c1');
  await browser.send('id: c2\n\n');
  assert.equal(client.lastEventId, 'c2');
});

test('an id of a block that was cut off does not count', async () => {
  const { browser, client } = await open();
  await browser.send('id: c1\ndata: 1\n\nid: c2\ndata: 2\n');
  await browser.drop();
  assert.equal(client.lastEventId, 'c1');
});

test('an id survives a reconnect that brings none', async () => {
  const { browser, client } = await open();
  await browser.send('id: c1\ndata: 1\n\n');
  await browser.drop();
  await browser.advance(500);
  await browser.send('data: 2\n\n');
  assert.equal(client.lastEventId, 'c1');
});

test('an empty id resets the cursor', async () => {
  const { browser } = await open({ lastEventId: 'page' });
  await browser.send('id\ndata: 1\n\n');
  await browser.drop();
  await browser.advance(500);
  assert.equal(browser.last.lastEventId, null);
});

test('stream.cursor moves the cursor', async () => {
  const { browser, client } = await open();
  await browser.send('id: c9\nevent: stream.cursor\ndata: {}\n\n');
  assert.equal(client.lastEventId, 'c9');
});

// --- control events

test('control events are heard like any other', async () => {
  const { browser, client } = await open();
  const seen = [];
  for (const type of ['open', 'gap', 'status', 'cursor', 'close']) {
    client.on(`stream.${type}`, (data) => seen.push([type, data]));
  }
  await browser.send(OPEN + 'id: c2\nevent: stream.gap\ndata: {"topic":"guild:7","reason":"trimmed"}\n\n');
  assert.deepEqual(seen, [
    ['open', { heartbeat: 15_000, resumed: false, new: [] }],
    ['gap', { topic: 'guild:7', reason: 'trimmed' }],
  ]);
  assert.equal(client.lastEventId, 'c2');
});

test('stream.status shows and clears that updates are late', async () => {
  const { browser, client } = await open();
  const status = (state) => browser.send(`event: stream.status\ndata: {"state":"${state}"}\n\n`);
  await status('stale');
  assert.equal(client.snapshot.stale, true);
  assert.equal(describe(client), 'open');
  await status('fresh');
  assert.equal(client.snapshot.stale, false);
  await status('stale');
  await browser.send(OPEN);
  assert.equal(client.snapshot.stale, false, 'reading has begun');
});

test('a dropped stream is no longer stale, and the next one says so itself', async () => {
  const { browser, client } = await open();
  await browser.send('event: stream.status\ndata: {"state":"stale"}\n\n');
  await browser.drop();
  assert.equal(client.snapshot.stale, false);
});

test('any retry sets the base of the backoff, and stream.open sets it back', async () => {
  const { browser, client } = await open();
  await browser.send('retry: 4000\n\n');
  await browser.drop();
  assert.equal(client.snapshot.retryAt - browser.time, 2000);
  await browser.advance(2000);
  await browser.send(OPEN);
  await browser.drop();
  assert.equal(client.snapshot.attempt, 2);
  assert.equal(client.snapshot.retryAt - browser.time, 1000);
});

test('a retry in stream.close is the next delay, as it is, and no other', async () => {
  const { browser, client } = await open({}, {}, 'network');
  await browser.send(OPEN + 'id: c2\nevent: stream.close\nretry: 3456\ndata: {"reason":"drain","reconnect":true}\n\n');
  assert.equal(describe(client), 'waiting(drain)');
  assert.equal(client.snapshot.retryAt - browser.time, 3456);
  assert.ok(browser.last.aborted, 'without waiting for the server to end it');
  await browser.advance(3456);
  assert.equal(browser.last.lastEventId, 'c2');
  assert.equal(client.snapshot.retryAt - browser.time, 1000, 'the second of the usual table');
});

test('a stream.close without a retry follows the table', async () => {
  const { browser, client } = await open();
  await browser.send('event: stream.close\ndata: {"reason":"expired","reconnect":true}\n\n');
  assert.equal(describe(client), 'waiting(expired)');
  assert.equal(client.snapshot.retryAt - browser.time, 500);
});

test('after a stream.close for good it is quiet until the user asks, and resumes with the id before', async () => {
  const { browser, client } = await open();
  await browser.send(OPEN + 'id: closed\nevent: stream.close\ndata: {"reason":"replaced","reconnect":false}\n\n');
  assert.equal(describe(client), 'closed(replaced)');
  await browser.advance(3_600_000);
  for (const type of ['online', 'pagehide', 'pageshow', 'visibilitychange']) await browser.page(type);
  assert.equal(browser.requests.length, 1);
  client.retryNow();
  await settled();
  assert.equal(describe(client), 'open');
  assert.equal(browser.last.lastEventId, 'c1');
});

test('nothing is delivered after stream.close', async () => {
  const { browser, client } = await open();
  client.on('message', () => assert.fail());
  const heard = [];
  client.on('stream.close', (data) => heard.push(data.reason));
  await browser.send('event: stream.close\ndata: {"reason":"slow","reconnect":true}\n\nid: c8\ndata: late\n\n');
  assert.deepEqual(heard, ['slow']);
  assert.equal(client.lastEventId, '');
  assert.deepEqual(browser.errors, []);
});

test('a full server that closes each stream is left alone after the last attempt', async () => {
  const { browser, client } = await open();
  for (let i = 0; i < 5; i++) {
    await browser.send('event: stream.close\nretry: 2000\ndata: {"reason":"limit","reconnect":true}\n\n');
    await browser.advance(2000);
  }
  await browser.send('event: stream.close\nretry: 2000\ndata: {"reason":"limit","reconnect":true}\n\n');
  assert.equal(describe(client), 'failed(attempts)');
  assert.equal(browser.requests.length, 6);
});

test('streams that end because what their user may see has changed are no failures, however many', async () => {
  const { browser, client } = await open();
  for (let i = 0; i < 20; i++) {
    await browser.send(OPEN + 'event: stream.close\nretry: 300\ndata: {"reason":"changed","reconnect":true}\n\n');
    assert.equal(describe(client), 'waiting(changed)');
    assert.equal(client.snapshot.retryAt - browser.time, 300);
    await browser.advance(300);
  }
  assert.equal(describe(client), 'open');
  assert.equal(client.snapshot.attempt, 0);
});

test('a change does not make failures before it past, and waits by the table where the server says nothing', async () => {
  const { browser, client } = await open({}, 'network', 'network', {});
  await browser.advance(500 + 1000);
  await browser.send('event: stream.close\ndata: {"reason":"changed","reconnect":true}\n\n');
  assert.equal(client.snapshot.attempt, 2);
  assert.equal(client.snapshot.retryAt - browser.time, 1000);
  const { browser: another, client: fresh } = await open();
  await another.send('event: stream.close\ndata: {"reason":"changed","reconnect":true}\n\n');
  assert.equal(fresh.snapshot.retryAt - another.time, 500);
});

test('a stream is open once the server says so, not when it answers', async () => {
  const browser = new FakeBrowser().answers({ headers: { 'sse-heartbeat': '15000' }, first: '' });
  const { client, states } = await started(browser);
  await browser.send(':\n\n');
  assert.equal(describe(client), 'connecting');
  await browser.send(OPEN);
  assert.deepEqual(states, ['connecting', 'open']);
});

test('a full server is never shown as open, nor is a late stream as up to date', async () => {
  const browser = new FakeBrowser().answers({ headers: { 'sse-heartbeat': '15000' }, first: '' });
  const { client, states } = await started(browser);
  await browser.send('event: stream.close\nretry: 2000\ndata: {"reason":"limit","reconnect":true}\n\n');
  assert.deepEqual(states, ['connecting', 'waiting(limit)']);
  const shown = [];
  client.subscribe(() => shown.push([client.snapshot.state, client.snapshot.stale]));
  await browser.advance(2000);
  await browser.send('event: stream.status\ndata: {"state":"stale"}\n\n');
  assert.deepEqual(shown, [['connecting', false], ['open', true]]);
});

test('expired, then 401: signed out', async () => {
  const { browser, client } = await open({}, {}, { status: 401 });
  await browser.send('event: stream.close\ndata: {"reason":"expired","reconnect":true}\n\n');
  await browser.advance(1000);
  assert.equal(describe(client), 'failed(unauthorized)');
});

test('control events with odd data do no harm', async () => {
  const { browser, client } = await open();
  for (const data of ['null', 'no json', '[]', '{"heartbeat":"x"}', '{"heartbeat":-1}', '7']) {
    for (const type of ['open', 'status', 'gap', 'cursor']) {
      await browser.send(`event: stream.${type}\ndata: ${data}\n\n`);
    }
  }
  await browser.send('event: stream.close\n\n');
  assert.equal(describe(client), 'open');
  await browser.send('event: stream.close\ndata: null\n\n');
  assert.equal(describe(client), 'waiting');
  assert.deepEqual(browser.errors, []);
});
