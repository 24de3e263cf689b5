import assert from 'node:assert/strict';
import test from 'node:test';
import { FakeBrowser, describe, settled, started } from './fake-browser.mjs';

async function open(heartbeat = 15_000, ...more) {
  const browser = new FakeBrowser().answers({ headers: heartbeat ? { 'sse-heartbeat': `${heartbeat}` } : {} }, ...more);
  return { browser, ...(await started(browser)) };
}

// --- the watchdog

test('three missing heartbeats end the stream', async () => {
  const { browser, client, states } = await open(15_000);
  await browser.advance(44_999);
  assert.equal(describe(client), 'open');
  await browser.advance(1);
  assert.equal(states.at(-1), 'waiting(heartbeat)');
  assert.ok(browser.last.aborted);
  await browser.advance(500);
  assert.equal(describe(client), 'open');
});

test('any byte counts as life, also one of a comment or of half a line', async () => {
  const { browser, client } = await open(15_000);
  for (const text of [':', '\n', 'data: half', '\n\n', ':\n\n']) {
    await browser.advance(44_000);
    await browser.send(text);
  }
  assert.equal(describe(client), 'open');
  assert.equal(browser.requests.length, 1);
});

test('without an announced heartbeat the default counts', async () => {
  const { browser, client } = await open(null);
  await browser.advance(44_999);
  assert.equal(describe(client), 'open');
  await browser.advance(1);
  assert.equal(describe(client), 'waiting(heartbeat)');
});

test('a long heartbeat is waited for', async () => {
  const { browser, client } = await open(60_000);
  await browser.advance(179_999);
  assert.equal(describe(client), 'open');
});

test('stream.open announces it where the header cannot be read', async () => {
  const { browser, client } = await open(null);
  await browser.send('event: stream.open\ndata: {"heartbeat":2000}\n\n');
  await browser.advance(6000);
  assert.equal(describe(client), 'waiting(heartbeat)');
});

test('nonsense in the header is ignored', async () => {
  for (const value of ['', '0', '-5', 'soon']) {
    const browser = new FakeBrowser().answers({ headers: { 'sse-heartbeat': value } });
    const { client } = await started(browser);
    await browser.advance(44_000);
    assert.equal(describe(client), 'open', value);
  }
});

test('a request that is never answered is given up, too', async () => {
  const browser = new FakeBrowser().answers('hang');
  const { client } = await started(browser);
  await browser.advance(45_000);
  assert.equal(describe(client), 'waiting(heartbeat)');
  assert.ok(browser.last.aborted);
});

test('the watchdog may be off, and a huge timeout is no busy loop', async () => {
  for (const heartbeatTimeout of [Infinity, 2 ** 40]) {
    const browser = new FakeBrowser().answers({});
    browser.setTimeout = ((set) => (callback, ms) => set(callback, (assert.ok(ms < 2 ** 31), ms)))(browser.setTimeout);
    const { client } = await started(browser, { heartbeatTimeout });
    await browser.advance(7 * 24 * 3_600_000);
    assert.equal(describe(client), 'open');
  }
});

// --- the page around it

test('coming back while waiting retries at once', async () => {
  for (const type of ['online', 'visibilitychange', 'pageshow']) {
    const browser = new FakeBrowser().answers('network', {});
    const { client } = await started(browser);
    await browser.page(type);
    assert.equal(describe(client), 'open', type);
    assert.equal(browser.requests.length, 2, type);
  }
});

test('coming back after giving up tries anew; a page that is hidden does not', async () => {
  const browser = new FakeBrowser().answers('network');
  const { client } = await started(browser);
  await browser.advance(60_000);
  assert.equal(describe(client), 'failed(attempts)');
  await browser.page('visibilitychange', 'hidden');
  await browser.page('online');
  assert.equal(browser.requests.length, 6);
  await browser.page('visibilitychange', 'visible');
  assert.equal(browser.requests.length, 7);
  assert.equal(client.snapshot.attempt, 1);
});

test('several events of the page at once make one request', async () => {
  const browser = new FakeBrowser().answers('network', 'hang');
  await started(browser);
  for (const type of ['online', 'pageshow', 'visibilitychange', 'online']) await browser.page(type);
  assert.equal(browser.requests.length, 2);
});

test('a live stream is left alone', async () => {
  const { browser } = await open();
  for (const type of ['online', 'pageshow', 'visibilitychange']) await browser.page(type);
  await browser.page('visibilitychange', 'hidden');
  await browser.page('visibilitychange', 'visible');
  assert.equal(browser.requests.length, 1);
});

test('a stream that died in a sleep is replaced at once', async () => {
  const { browser, client, states } = await open();
  await browser.send('id: c1\ndata: 1\n\n');
  browser.sleep(3_600_000);
  await browser.page('visibilitychange');
  assert.equal(describe(client), 'open');
  assert.deepEqual(states.slice(2), ['waiting(heartbeat)', 'connecting', 'open']);
  assert.equal(browser.requests.length, 2);
  assert.equal(browser.last.lastEventId, 'c1');
  assert.ok(browser.requests[0].aborted);
});

test('a live stream that the page looks after is no news', async () => {
  const { browser, client, states } = await open();
  const before = client.snapshot;
  for (const type of ['online', 'pageshow', 'visibilitychange', 'offline']) await browser.page(type);
  assert.equal(client.snapshot, before);
  assert.deepEqual(states, ['connecting', 'open']);
});

test('a user who takes time to sign in is waited for, also by a page that is hidden', async () => {
  const browser = new FakeBrowser().answers({ status: 401 }, {});
  let signedIn;
  let asked = 0;
  const onUnauthorized = () => (asked++, new Promise((resolve) => (signedIn = resolve)));
  const { client } = await started(browser, { onUnauthorized });
  await browser.page('visibilitychange', 'hidden');
  await browser.advance(100_000);
  await browser.page('visibilitychange', 'visible');
  assert.equal(browser.requests.length, 1);
  signedIn(true);
  await settled();
  assert.equal(describe(client), 'open');
  assert.equal(asked, 1);
  assert.equal(browser.requests.length, 2);
});

test('a page that is hidden when its user has signed in lets go of the stream all the same', async () => {
  const browser = new FakeBrowser().answers({ status: 401 }, {});
  let signedIn;
  const { client } = await started(browser, { onUnauthorized: () => new Promise((resolve) => (signedIn = resolve)) });
  await browser.page('visibilitychange', 'hidden');
  await browser.advance(40_000);
  signedIn(true);
  await settled();
  assert.equal(describe(client), 'open');
  await browser.advance(30_000);
  assert.equal(describe(client), 'paused(hidden)');
});

test('no fault of access is retried by the page', async () => {
  const browser = new FakeBrowser().answers({ status: 401 });
  await started(browser);
  for (const type of ['online', 'pageshow', 'visibilitychange']) await browser.page(type);
  assert.equal(browser.requests.length, 1);
});

test('a page that goes into the back/forward cache lets go of the stream, and resumes when it returns', async () => {
  const { browser, client } = await open();
  await browser.send('id: c1\ndata: 1\n\n');
  await browser.page('pagehide', 'hidden');
  assert.equal(describe(client), 'paused(hidden)');
  assert.ok(browser.last.aborted);
  assert.equal(browser.timers, 0);
  await browser.page('visibilitychange', 'visible');
  await browser.page('pageshow');
  assert.equal(describe(client), 'open');
  assert.equal(browser.requests.length, 2);
  assert.equal(browser.last.lastEventId, 'c1');
});

test('a page that leaves while waiting does not retry behind the scenes', async () => {
  const browser = new FakeBrowser().answers('network');
  await started(browser);
  await browser.page('pagehide', 'hidden');
  await browser.advance(3_600_000);
  assert.equal(browser.requests.length, 1);
});

test('a page that is hidden for long lets go of the stream, and resumes when it is seen', async () => {
  const { browser, client } = await open();
  await browser.send('id: c1\ndata: 1\n\n');
  await browser.page('visibilitychange', 'hidden');
  await browser.advance(29_999);
  assert.equal(describe(client), 'open');
  await browser.advance(1);
  assert.equal(describe(client), 'paused(hidden)');
  assert.ok(browser.last.aborted);
  await browser.page('online');
  await browser.advance(3_600_000);
  assert.equal(browser.requests.length, 1);
  await browser.page('visibilitychange', 'visible');
  assert.equal(browser.last.lastEventId, 'c1');
  assert.equal(describe(client), 'open');
});

test('a look at another tab costs nothing', async () => {
  const { browser, client } = await open(600_000);
  for (let i = 0; i < 3; i++) {
    await browser.page('visibilitychange', 'hidden');
    await browser.advance(20_000);
    await browser.page('visibilitychange', 'visible');
    await browser.advance(20_000);
  }
  assert.equal(describe(client), 'open');
  assert.equal(browser.requests.length, 1);
});

test('a page that begins hidden pauses as well', async () => {
  const browser = new FakeBrowser().answers({});
  browser.document.visibilityState = 'hidden';
  const { states } = await started(browser);
  await browser.advance(30_000);
  assert.deepEqual(states, ['connecting', 'open', 'paused(hidden)']);
});

test('the grace may be another, or without end', async () => {
  for (const [hiddenGrace, expected] of [[0, 'paused(hidden)'], [Infinity, 'open']]) {
    const browser = new FakeBrowser().answers({ headers: { 'sse-heartbeat': '3600000' } });
    browser.setTimeout = ((set) => (callback, ms) => set(callback, (assert.ok(ms < 2 ** 31), ms)))(browser.setTimeout);
    const { client } = await started(browser, { hiddenGrace });
    await browser.page('visibilitychange', 'hidden');
    await browser.advance(3_600_000);
    assert.equal(describe(client), expected);
  }
});

test('a page that is frozen lets go of the stream, and resumes when it thaws', async () => {
  const { browser, client } = await open();
  await browser.page('freeze', 'hidden');
  assert.equal(describe(client), 'paused(hidden)');
  assert.equal(browser.timers, 0);
  await browser.page('resume');
  assert.equal(describe(client), 'paused(hidden)', 'nobody sees it yet');
  await browser.page('resume', 'visible');
  assert.equal(describe(client), 'open');
});

// --- the network

async function network(browser, online) {
  browser.navigator.onLine = online;
  await browser.page(online ? 'online' : 'offline');
}

test('offline is shown, and an open stream goes on being read', async () => {
  const { browser, client, states } = await open();
  await browser.send('event: stream.status\ndata: {"state":"stale"}\n\n');
  const seen = [];
  client.on('message', (data) => seen.push(data));
  await network(browser, false);
  assert.equal(describe(client), 'offline');
  await browser.send('data: 1\n\n');
  assert.deepEqual(seen, [1]);
  await network(browser, true);
  assert.equal(describe(client), 'open');
  assert.equal(client.snapshot.stale, true);
  assert.equal(browser.requests.length, 1);
  assert.deepEqual(states, ['connecting', 'open', 'open', 'offline', 'open']);
});

test('back online, a stream that is silent for too long is replaced', async () => {
  const { browser, client } = await open(15_000);
  await network(browser, false);
  await browser.advance(30_000);
  await network(browser, true);
  assert.equal(describe(client), 'open');
  assert.equal(browser.requests.length, 2);
});

test('without a network failures do not count, and the network coming back is a reason to try at once', async () => {
  const browser = new FakeBrowser().answers('network');
  browser.navigator.onLine = false;
  const { client } = await started(browser);
  assert.equal(describe(client), 'offline(network)');
  assert.equal(client.snapshot.retryAt, 0);
  await browser.advance(300_000);
  assert.equal(browser.requests.length, 11, 'a browser may be wrong about it, so it tries at times');
  assert.equal(client.snapshot.attempt, 0);
  browser.answers({});
  await network(browser, true);
  assert.equal(describe(client), 'open');
  await browser.advance(40_000);
  assert.equal(browser.requests.length, 12);
});

test('a closed client no longer listens to the page', async () => {
  const { browser, client } = await open();
  client.close();
  for (const type of ['online', 'pageshow', 'visibilitychange', 'pagehide', 'pageshow']) await browser.page(type);
  assert.equal(describe(client), 'closed(client)');
  assert.equal(browser.requests.length, 1);
});

test('without a page around it, as in a worker, it works as well', async () => {
  const browser = new FakeBrowser().answers({});
  browser.addEventListener = browser.removeEventListener = browser.document = undefined;
  const { client } = await started(browser);
  assert.equal(describe(client), 'open');
  client.close();
  await settled();
  assert.equal(describe(client), 'closed(client)');
});
